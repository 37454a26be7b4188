package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
)

// heatmap is many lines as rows of colours, on a logarithmic scale.
type heatmap struct {
	id, title, caption string
	what               string // that the colours are
	rows               []named
	marks              []rule // whose colours are named
}

func (h *heatmap) write(b *strings.Builder) {
	scale := newAxis(h.what, true)
	first, last := math.Inf(1), math.Inf(-1)
	rows := h.rows[:min(len(h.rows), mostHeatRows)]
	for _, r := range rows {
		scale.see(r.y...)
		if n := len(r.x); n > 0 {
			first, last = min(first, r.x[0]), max(last, r.x[n-1])
		}
	}
	scale.settle(0)
	scale.from, scale.to = 0, 1
	width := heatmapColumns
	m := image.NewNRGBA(image.Rect(0, 0, width, len(rows)))
	for j, r := range rows {
		for i := range width {
			k := nearest(r.x, first+(last-first)*(float64(i)+0.5)/float64(width))
			if k < 0 {
				continue
			}
			pixel := color.NRGBA{}
			switch v := r.y[k]; {
			case scale.drawable(v):
				pixel = viridisAt(scale.at(v))
			case v == 0:
				pixel = color.NRGBA{0, 0, 0, 255}
			default:
				pixel = color.NRGBA{255, 40, 120, 255}
			}
			m.SetNRGBA(i, j, pixel)
		}
	}
	fmt.Fprintf(b, `<figure class="chart heat" id="%s"><div class="heatrows"><ol>`, esc(h.id))
	for _, r := range rows {
		fmt.Fprintf(b, `<li>%s</li>`, esc(ending(r.name, 28)))
	}
	fmt.Fprintf(b, `</ol><img alt="%s" src="%s"></div>`, esc(fmt.Sprintf("%s by row over steps; the numbers are in the table below", h.what)), dataURI(m))
	fmt.Fprintf(b, `<p class="heataxis"><span>step %s</span><span>step %s</span></p>`, px(first), px(last))
	fmt.Fprintf(b, `<p class="scale"><span>%s</span><span class="viridis"></span><span>%s</span> <span>black: zero, pink: NaN or infinite</span></p>`, short(scale.low), short(scale.high))
	for _, m := range h.marks {
		if m.at >= scale.low && m.at <= scale.high {
			fmt.Fprintf(b, `<p class="scale"><span class="colour" style="background:%s"></span><span>is %s</span></p>`, hex(viridisAt(scale.at(m.at))), esc(m.name))
		}
	}
	fmt.Fprintf(b, `<figcaption><b>%s.</b> %s</figcaption>`, esc(h.title), esc(h.caption))
	c := chart{x: newAxis("step", false)}
	for _, r := range rows {
		c.lines = append(c.lines, line{named: r})
		c.x.see(r.x...)
	}
	c.x.settle(0)
	c.table(b)
	b.WriteString("</figure>")
}

// dataURI is a picture inside the page.
func dataURI(m image.Image) string {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil { // into memory, of a picture with pixels
		panic(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}
