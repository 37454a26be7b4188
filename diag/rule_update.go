package diag

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/probe"
)

// UpdateRatio finds weights that a step changes by too much, or by next to nothing.
//
//	value = |W after the step - W before| / |W before|, of a matrix or kernel, in each of the last n samples
//
// About 1e-3 is healthy. Where a schedule has lowered the learning rate, the ratio is taken as it would be with the
// greatest rate of the run: small steps at the end are meant. Where the loss has come down to a tenth, small ones are
// told as info.
//
// Source: Karpathy, CS231n, "Ratio of weights:updates"; You, Gitman and Ginsburg, "Large batch training of
// convolutional networks" (2017).
type UpdateRatio struct {
	High    float64 // default 1e-1
	Error   float64 // default 1
	Low     float64 // default 1e-5
	Samples int     // in a row; default 3
}

// Name is "update ratio".
func (UpdateRatio) Name() string { return "update ratio" }

// Look judges samples.
func (r UpdateRatio) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok {
		return nil, false
	}
	high, serious, low, n := cmp.Or(r.High, 1e-1), cmp.Or(r.Error, 1), cmp.Or(r.Low, 1e-5), samples(r.Samples, 3)
	var found []Finding
	if w := r.first(h, s, n, true, func(v, slack float64) bool { return v > high*slack }); w != nil {
		f := r.finding(h, w, n, w.UpdateRatio, high)
		if w.UpdateRatio > serious {
			f.Severity, f.Threshold = Error, serious
		}
		f.Message = fmt.Sprintf("A step changes %s by %.2g of its size, and that again and again: what is learned is overwritten.", w.Name, w.UpdateRatio)
		f.Advice = fmt.Sprintf("A learning rate of about %.1g, for changes of 1e-3.", s.LR*1e-3/w.UpdateRatio)
		if h.MeanLoss(begun) > 2*h.Beginning() || !(w.UpdateRatio <= math.MaxFloat64) { // what was spoilt says nothing of the rate
			f.Advice = capital(h.lower(s.LR)) + "."
		}
		found = append(found, f)
	}
	if w := r.first(h, s, n, false, func(v, slack float64) bool { return v*slack < low && v >= 0 }); w != nil {
		v := scaled(h, s, w.UpdateRatio)
		f := r.finding(h, w, n, v, low)
		f.Message = fmt.Sprintf("A step changes %s by %.2g of its size only: it hardly learns.", w.Name, v)
		f.Advice = "A higher learning rate, if the loss falls slowly everywhere; if only this layer's gradient is small, see to that: initialisation, batch norm, skip connections."
		if h.Beginning() > 0 && h.MeanLoss(begun) < 0.1*h.Beginning() {
			f.Severity = Info
			f.Message = fmt.Sprintf("A step changes %s by %.2g of its size only; the loss has come down from %.3g to %.3g, so there is not much left to learn.", w.Name, v, h.Beginning(), h.MeanLoss(begun))
			f.Advice = "Training may end."
		}
		if v > 0 {
			f.Evidence = append(f.Evidence, Evidence{"learning rate that would make it 1e-3", s.Step, -1, s.LR * 1e-3 / w.UpdateRatio})
		}
		found = append(found, f)
	}
	return found, true
}

// scaled is a ratio as it would be with the greatest learning rate of the run.
func scaled(h *History, s *probe.Step, ratio float64) float64 {
	if s.LR > 0 && h.GreatestLR > s.LR {
		return ratio * h.GreatestLR / s.LR
	}
	return ratio
}

// first is the first weight that was outside in each of the last n samples; if one is open already, that one, as long
// as it is outside of the threshold with some slack.
func (r UpdateRatio) first(h *History, s *probe.Step, n int, above bool, outside func(v, slack float64) bool) *weight {
	value := func(s *probe.Step, name string) float64 {
		p := findParam(s, name)
		if p == nil || p.Frozen || p.Grad == nil || p.Grad.Norm == 0 {
			return -1
		}
		if above {
			return p.UpdateRatio
		}
		return scaled(h, s, p.UpdateRatio)
	}
	all := weights(s)
	open := h.Open(r.Name())
	if i := slices.IndexFunc(open, func(f Finding) bool { return (f.Value > f.Threshold) == above }); i >= 0 {
		for k := range all {
			if all[k].Name == open[i].Layer && outside(value(s, all[k].Name), 0.5) {
				return &all[k]
			}
		}
		return nil
	}
	for k := range all {
		if every(h, n, func(s *probe.Step) bool { return outside(value(s, all[k].Name), 1) }) {
			return &all[k]
		}
	}
	return nil
}

func (r UpdateRatio) finding(h *History, w *weight, n int, value, threshold float64) Finding {
	return Finding{Severity: Warning, Layer: w.Name, Value: value, Threshold: threshold,
		Formula: fmt.Sprintf("|change of %s in a step| / |%s|", w.Name, w.Name),
		Evidence: over(h, n, "update ratio of "+w.Name, func(s *probe.Step) (float64, bool) {
			p := findParam(s, w.Name)
			if p == nil {
				return 0, false
			}
			return p.UpdateRatio, true
		})}
}
