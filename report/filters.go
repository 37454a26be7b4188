package report

import (
	"fmt"
	"strings"
)

func (f *Filters) write(b *strings.Builder) {
	fmt.Fprintf(b, `<figure><div class="filters" style="--w:%d">`, max(48, min(84, 9*f.Width)))
	for k := range f.Weights {
		fmt.Fprintf(b, `<img width="%d" height="%d" alt="filter %d of %s" title="filter %d" src="%s">`, f.Width, f.Height, k, esc(f.Name), k, dataURI(f.image(k)))
	}
	b.WriteString("</div>")
	how := "blue is negative, white 0 and red positive"
	if f.Channels == 3 {
		how = "grey is 0, a colour what the filter looks for in that channel"
	}
	fmt.Fprintf(b, `<figcaption><b>Filters of the first layer, %s.</b> `, esc(f.Name))
	if n := len(f.Weights); n < f.Total {
		fmt.Fprintf(b, "The first %d of %s. ", n, thousands(f.Total))
	}
	fmt.Fprintf(b, `%s × %s weights each, with one scale from %s to %s: %s. Healthy: smooth edges, blobs or strokes that differ from each other. Ill: noise as at the beginning (little was learned), many alike, or blank ones.</figcaption></figure>`,
		thousands(f.Height), thousands(f.Width), short(-f.Limit), short(f.Limit), how)
}
