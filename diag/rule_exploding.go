package diag

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/probe"
)

// ExplodingGradient finds gradients that are too large for any step to make sense.
//
//	value = |g|, the norm of all gradients together, in one step, or
//	value = median |g| of the last 10 steps / median of the 50 before, with a norm above 10, or
//	value = mean |dL/dW| of a layer / mean |dL/dW| of the last layer, as the ratio of norms, in five samples in a row.
//
// An infinite norm counts; NaN is another rule's.
//
// Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).
type ExplodingGradient struct {
	Norm    float64 // default 1e3
	Growth  float64 // default 1e2
	Ratio   float64 // default 1e2
	Error   float64 // times any of these; default 100
	Samples int     // in a row, of the ratio; default 5
}

// Name is "exploding gradient".
func (ExplodingGradient) Name() string { return "exploding gradient" }

// Look judges every step.
func (r ExplodingGradient) Look(h *History) ([]Finding, bool) {
	if !h.Stepped() {
		return nil, false
	}
	now := h.Newest()
	limit, growth, ratio, serious := cmp.Or(r.Norm, 1e3), cmp.Or(r.Growth, 1e2), cmp.Or(r.Ratio, 1e2), cmp.Or(r.Error, 100)
	s, sampled := h.Sample()
	layer, slack := "", 1.0
	open := h.Open(r.Name())
	if len(open) > 0 {
		layer, slack = open[0].Layer, 0.5
	}
	var f Finding
	switch {
	case now.GradNorm > slack*limit:
		f = Finding{Formula: "|g|, the norm of all gradients together", Value: now.GradNorm, Threshold: limit,
			Message: fmt.Sprintf("The gradient's norm is %.3g; the step before it was %.3g.", now.GradNorm, before(h))}
	case grown(h) > slack*growth:
		f = Finding{Formula: "median |g| of the last 10 steps / of the 50 before", Value: grown(h), Threshold: growth,
			Message: fmt.Sprintf("The gradient's norm has grown %.3g fold, to %.3g.", grown(h), now.GradNorm)}
	default:
		if !sampled {
			return nil, len(open) > 0 && !ratioed(open[0])
		}
		g, ok := r.steep(h, s, slack*ratio, len(open) > 0)
		if !ok {
			return nil, true
		}
		f = Finding{Layer: g.layer, Formula: fmt.Sprintf("mean |dL/dW| of %s / of %s", g.Name, g.last.Name), Value: g.mean, Threshold: ratio,
			Message: fmt.Sprintf("%s gets %.3g times the gradient that %s gets, %.1e against %.1e on average: it grows on its way back.",
				g.layer, g.mean, g.last.layer, g.Grad.MeanAbs, g.last.Grad.MeanAbs)}
	}
	f.Severity = Warning
	if f.Value > serious*f.Threshold {
		f.Severity = Error
	}
	f.Advice = "A lower learning rate, clipping of the gradient's norm (ClipNorm, optim.ClipGradNorm), or smaller first weights."
	for _, past := range h.Recent[max(0, len(h.Recent)-8):] {
		f.Evidence = append(f.Evidence, Evidence{"|g|", past.Step, -1, past.GradNorm})
	}
	if sampled {
		if p := steepest(s); p != nil {
			f.Evidence = append(f.Evidence, Evidence{"|dL/dW| of " + p.Name, s.Step, -1, p.Grad.Norm})
			if l := findLayer(s, layerOf(p.Name)); l != nil {
				f.Evidence = append(f.Evidence, Evidence{"greatest |" + l.Name + "|", s.Step, l.Example, max(math.Abs(l.Output.Min), math.Abs(l.Output.Max))})
			}
			if f.Layer == "" {
				f.Layer = layerOf(p.Name)
				f.Message += fmt.Sprintf(" The largest part of it, %.3g, is of %s.", p.Grad.Norm, p.Name)
			}
		}
	}
	if h.Beginning() > 0 && now.Loss > 2*h.Beginning() {
		f.Message += fmt.Sprintf(" The loss is %.3g, and began at %.3g: the steps are too long.", now.Loss, h.First)
		f.Advice = capital(h.lower(now.LR)) + "; then clipping of the gradient's norm (ClipNorm, optim.ClipGradNorm)."
	}
	if len(open) > 0 {
		f.Layer = layer
	}
	return []Finding{f}, true
}

// ratioed reports whether a finding is of the ratio, which only samples show.
func ratioed(f Finding) bool { return len(f.Formula) > 4 && f.Formula[:4] == "mean" }

// before is the gradient's norm in the step before the newest.
func before(h *History) float64 {
	if len(h.Recent) < 2 {
		return math.NaN()
	}
	return h.Recent[len(h.Recent)-2].GradNorm
}

// grown is how much larger norms have become, 0 where they are small or not enough are known.
func grown(h *History) float64 {
	n := len(h.Recent)
	if n < 60 {
		return 0
	}
	now, past := medianNorm(h.Recent[n-10:]), medianNorm(h.Recent[n-60:n-10])
	if !(now > 10) || past == 0 {
		return 0
	}
	return now / past
}

func medianNorm(steps []Scalar) float64 {
	v := make([]float64, len(steps))
	for i, s := range steps {
		v[i] = s.GradNorm
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// steep is the first layer whose gradient is far above the last one's.
func (r ExplodingGradient) steep(h *History, s *probe.Step, limit float64, open bool) (gradientRatio, bool) {
	n := samples(r.Samples, 5)
	if open {
		n = 1
	}
	above := func(g gradientRatio) bool { return min(g.mean, g.norm) > limit }
	for _, g := range gradientRatios(s) {
		if above(g) && every(h, n, func(s *probe.Step) bool {
			return slices.ContainsFunc(gradientRatios(s), func(past gradientRatio) bool { return past.layer == g.layer && above(past) })
		}) {
			return g, true
		}
	}
	return gradientRatio{}, false
}

// steepest is the parameter with the largest gradient.
func steepest(s *probe.Step) *probe.Param {
	var most *probe.Param
	for i := range s.Params {
		if p := &s.Params[i]; p.Grad != nil && (most == nil || p.Grad.Norm > most.Grad.Norm || math.IsNaN(p.Grad.Norm)) {
			most = p
		}
	}
	return most
}
