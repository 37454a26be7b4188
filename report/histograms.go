package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/lumen-ml/lumen/probe"
)

// mostRowsOfHistograms of each kind are shown.
const mostRowsOfHistograms = 60

// histogramKinds are what there are distributions of, each with what healthy looks like.
var histogramKinds = []struct {
	id, title, caption string
	params             bool
	of                 func(l *probe.Layer, p *probe.Param) *probe.Summary
}{
	{"activations", "Activations", "What each layer gives on. Healthy: a bell or, behind a ReLU, a spike at 0 and a tail; the width is about the same from layer to layer. " +
		"Ill: everything in the spike (dead), two towers at the ends of tanh or sigmoid (saturated), a width that shrinks or grows with the depth.", false,
		func(l *probe.Layer, _ *probe.Param) *probe.Summary { return &l.Output }},
	{"activation-gradients", "Gradients of activations", "What comes back to each layer. Healthy: centred on 0, of about the same width in all layers. " +
		"Ill: narrower by decades towards the input (vanishing), wider (exploding).", false,
		func(l *probe.Layer, _ *probe.Param) *probe.Summary { return l.Grad }},
	{"weights", "Weights", "Healthy: a bell that widens a little while it learns. Ill: no change at all (nothing learned), long tails or a width that grows and grows (rate too high).", true,
		func(_ *probe.Layer, p *probe.Param) *probe.Summary { return &p.Weight }},
	{"weight-gradients", "Gradients of weights", "Healthy: centred on 0 with a thin tail; they become smaller as the loss does. Ill: a single spike at 0, or a few very large ones.", true,
		func(_ *probe.Layer, p *probe.Param) *probe.Summary { return p.Grad }},
}

// moments are the first, the middle and the last sample with histograms, fewer if there are not so many.
func (r *Run) moments() []*probe.Step {
	switch n := len(r.Histograms); n {
	case 0, 1, 2:
		return r.Histograms
	default:
		return []*probe.Step{r.Histograms[0], r.Histograms[n/2], r.Histograms[n-1]}
	}
}

func (r *Run) writeHistograms(b *strings.Builder, prefix string) {
	moments := r.moments()
	if len(moments) == 0 {
		b.WriteString(`<p class="none">The run has no histograms; statistics with histograms are written by default, and not with --stats-every 0.</p>`)
		return
	}
	for i, kind := range histogramKinds {
		open := ""
		if i == 0 {
			open = " open"
		}
		fmt.Fprintf(b, `<details class="kind"%s><summary id="%s%s">%s</summary><p>%s Each picture has a range of its own, which stands below it; the height is the root of the count, so that small ones are seen, and std the standard deviation.</p><div class="scroll"><table class="histograms"><thead><tr><th scope="col">name</th>`,
			open, prefix, kind.id, kind.title, esc(kind.caption))
		for _, m := range moments {
			fmt.Fprintf(b, `<th scope="col">step %s</th>`, thousands(m.Step))
		}
		b.WriteString("</tr></thead><tbody>")
		var names []string
		if kind.params {
			for _, p := range moments[0].Params {
				names = append(names, p.Name)
			}
		} else {
			for _, l := range moments[0].Layers {
				names = append(names, l.Name)
			}
		}
		for row, name := range names {
			if row == mostRowsOfHistograms {
				fmt.Fprintf(b, `<tr><th scope="row">and %d more</th></tr>`, len(names)-row)
				break
			}
			fmt.Fprintf(b, `<tr><th scope="row">%s</th>`, esc(cut(name, cutName)))
			for _, m := range moments {
				var s *probe.Summary
				if kind.params {
					if p := at(m.Params, row, func(p *probe.Param) bool { return p.Name == name }); p != nil {
						s = kind.of(nil, p)
					}
				} else if l := at(m.Layers, row, func(l *probe.Layer) bool { return l.Name == name }); l != nil {
					s = kind.of(l, nil)
				}
				b.WriteString("<td>")
				writeHistogram(b, s, fmt.Sprintf("%s of %s at step %d", kind.title, name, m.Step))
				b.WriteString("</td>")
			}
			b.WriteString("</tr>")
		}
		b.WriteString("</tbody></table></div></details>")
	}
}

// mostBins of a histogram are drawn; more are put together.
const mostBins = 48

func writeHistogram(b *strings.Builder, s *probe.Summary, what string) {
	if s == nil || s.Count == 0 {
		b.WriteString(`<span class="none">none</span>`)
		return
	}
	note := "std " + short(s.Std)
	if s.NonFinite > 0 {
		note += fmt.Sprintf(", %s NaN or infinite", percent(s.NonFinite))
	}
	if s.Zeros >= 0.005 {
		note += fmt.Sprintf(", %.0f %% zeros", 100*s.Zeros)
	}
	h := s.Histogram
	if h == nil || len(h.Counts) == 0 {
		fmt.Fprintf(b, `<span class="range">%s to %s<br>%s</span>`, short(s.Min), short(s.Max), esc(note))
		return
	}
	counts := h.Counts
	if n := len(counts); n > mostBins {
		fewer := make([]int, mostBins)
		for i, c := range counts {
			fewer[i*mostBins/n] += c
		}
		counts = fewer
	}
	most := 1
	for _, c := range counts {
		most = max(most, c)
	}
	fmt.Fprintf(b, `<svg class="histogram" viewBox="0 0 %s %s" role="img" aria-label="%s">`, px(histogramWidth), px(histogramHeight+2), esc(what+": "+note))
	var path strings.Builder
	bin := histogramWidth / float64(len(counts))
	fmt.Fprintf(&path, "M0 %s", px(histogramHeight))
	for i, c := range counts {
		height := histogramHeight * math.Sqrt(float64(max(c, 0))/float64(most))
		if c > 0 {
			height = max(height, 0.8) // a single one is seen
		}
		fmt.Fprintf(&path, "V%sH%s", px(histogramHeight-height), px(float64(i+1)*bin))
	}
	fmt.Fprintf(b, `<path class="bins" d="%sV%sZ"/>`, path.String(), px(histogramHeight))
	if h.Low < 0 && h.High > 0 {
		fmt.Fprintf(b, `<path class="zero" d="M%s 0V%s"/>`, px(histogramWidth*(-h.Low/(h.High-h.Low))), px(histogramHeight))
	}
	fmt.Fprintf(b, `<path class="frame" d="M0 %sH%s"/></svg><span class="range"><span>%s</span><span>%s</span></span><span class="range">%s</span>`,
		px(histogramHeight), px(histogramWidth), short(h.Low), short(h.High), esc(note))
}
