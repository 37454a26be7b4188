package diag

import (
	"cmp"
	"fmt"

	"github.com/lumen-ml/lumen/probe"
)

// VanishingGradient finds layers at the beginning whose weights hardly get a gradient.
//
//	value = mean |dL/dW| of a layer / mean |dL/dW| of the last layer
//
// where the ratio of the Euclidean norms must be below the threshold too: the mean alone is small
// wherever a layer has many weights. It must have been so for five samples in a row, of the first layer that it is so
// of. The layer's gradient dL/dz is the last one's times a factor for each activation,
// |dL/dz| / |dL/dh| with h = a(z), and one for each weight matrix; the finding says how much of the fall the activations have.
//
// Source: Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen" (1991); Glorot and Bengio, "Understanding the
// difficulty of training deep feedforward neural networks" (2010). Ratios, because no absolute size of a gradient means
// anything: six sigmoid layers that learned nothing had a mean |dL/dW| of 6e-6, far above limits that are in use.
type VanishingGradient struct {
	Warning float64 // default 1e-2
	Error   float64 // default 1e-3
	Samples int     // in a row; default 5
}

// Name is "vanishing gradient".
func (VanishingGradient) Name() string { return "vanishing gradient" }

// Look judges samples.
func (r VanishingGradient) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok {
		return nil, false
	}
	limit, serious, n := cmp.Or(r.Warning, 1e-2), cmp.Or(r.Error, 1e-3), samples(r.Samples, 5)
	if open := h.Open(r.Name()); len(open) > 0 {
		for _, g := range gradientRatios(s) {
			if g.layer == open[0].Layer && g.ratio() < 2*limit {
				return []Finding{r.finding(h, s, g, limit, serious, n)}, true
			}
		}
		return nil, true
	}
	for _, g := range gradientRatios(s) {
		if g.ratio() < limit && every(h, n, func(s *probe.Step) bool {
			for _, past := range gradientRatios(s) {
				if past.layer == g.layer {
					return past.ratio() < limit
				}
			}
			return false
		}) {
			return []Finding{r.finding(h, s, g, limit, serious, n)}, true
		}
	}
	return nil, true
}

// gradientRatio compares a weight's gradient with that of the last one.
type gradientRatio struct {
	weight
	last       weight
	mean, norm float64
}

// ratio is below a limit if both ratios are.
func (g gradientRatio) ratio() float64 { return max(g.mean, g.norm) }

// gradientRatios are those of all weights before the last, from the input on. There are none where a layer of units is
// dead altogether: what then gets no gradient does not get one for another reason.
func gradientRatios(s *probe.Step) []gradientRatio {
	ws := weights(s)
	if len(ws) < 2 || extinct(s) {
		return nil
	}
	last := ws[len(ws)-1]
	if !(last.Grad.Norm > 0) || !finite(last.Grad.Norm) {
		return nil
	}
	var all []gradientRatio
	for _, w := range ws[:len(ws)-1] {
		all = append(all, gradientRatio{w, last, w.Grad.MeanAbs / last.Grad.MeanAbs, w.Grad.Norm / last.Grad.Norm})
	}
	return all
}

func (r VanishingGradient) finding(h *History, s *probe.Step, g gradientRatio, limit, serious float64, n int) Finding {
	f := Finding{Severity: Warning, Layer: g.layer, Value: g.mean, Threshold: limit,
		Formula: fmt.Sprintf("mean |dL/dW| of %s / of %s", g.Name, g.last.Name)}
	if g.ratio() < serious {
		f.Severity, f.Threshold = Error, serious
	}
	f.Evidence = over(h, n, f.Formula, func(s *probe.Step) (float64, bool) {
		for _, past := range gradientRatios(s) {
			if past.layer == g.layer {
				return past.mean, true
			}
		}
		return 0, false
	})
	below := 1
	for _, w := range weights(s) {
		f.Evidence = append(f.Evidence, Evidence{"mean |dL/dW| of " + w.Name, s.Step, -1, w.Grad.MeanAbs})
	}
	for _, other := range gradientRatios(s) {
		if other.layer != g.layer && other.ratio() < limit {
			below++
		}
	}
	f.Message = fmt.Sprintf("%s gets %.1e of the gradient that %s gets, %.1e against %.1e on average; so little reaches %s.",
		g.layer, g.mean, g.last.layer, g.Grad.MeanAbs, g.last.Grad.MeanAbs, plural(below, "layer"))
	f.Advice = "Weights from Kaiming's initialisation (for relu) or Xavier's (for tanh), batch norm, or skip connections keep the gradient's size."
	way, ok := fallOf(s, g.at, g.last.at)
	if !ok {
		return f
	}
	share := way.activations / way.decades
	greatest, _ := slope(way.op)
	each := pow10(-way.activations / float64(way.count))
	rest := "the weights do the rest"
	if share >= 1 {
		rest = "the weights win a little back"
	}
	f.Evidence = append(f.Evidence,
		Evidence{fmt.Sprintf("decades that dL/dz falls from %s back to %s", g.last.layer, g.layer), s.Step, -1, way.decades},
		Evidence{fmt.Sprintf("of them by the derivative of %s", plural(way.count, way.op)), s.Step, -1, way.activations},
		Evidence{"share of the derivatives", s.Step, -1, share})
	f.Message += fmt.Sprintf(" On the way back from %s to %s the gradient falls by %.1f decades, %.1f of them (%.0f %%) by the derivative of %s: "+
		"a factor of %.3f a layer on average, where %.3g is the most there is; %s.", g.last.layer, g.layer, way.decades,
		way.activations, 100*share, plural(way.count, way.op), each, greatest, rest)
	switch {
	case share > 0.5 && way.op == "sigmoid":
		f.Advice = "The derivative of sigmoid is at most 1/4, in every layer: take relu with Kaiming's initialisation, or tanh with Xavier's; or fewer layers, batch norm, skip connections."
	case share > 0.5 && way.op == "tanh":
		f.Advice = "The tanh units are far from 0, where their derivative is small: smaller first weights, batch norm, or relu with Kaiming's initialisation."
	case share <= 0.5:
		f.Advice = "The weights are too small to carry the gradient back: larger first weights (Kaiming's initialisation for relu, Xavier's for tanh), batch norm, or skip connections."
	}
	return f
}
