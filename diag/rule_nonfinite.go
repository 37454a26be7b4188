package diag

import (
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/probe"
)

// NonFinite finds the first NaN or infinity.
//
//	value = share of elements that are not finite, of the loss or of the first operation that made one
//
// The loss and the gradient's norm are looked at in every step. In a sampled step the finding names the first operation in
// the forward pass, or, where that is sound, the first one that the backward pass comes to, with the
// ranges of what it was given; package probe's anomaly mode has the line of the program.
type NonFinite struct{}

// Name is "non-finite".
func (NonFinite) Name() string { return "non-finite" }

// Look judges every step.
func (r NonFinite) Look(h *History) ([]Finding, bool) {
	if !h.Stepped() {
		return nil, false
	}
	now := h.Newest()
	s, sampled := h.Sample()
	f := Finding{Severity: Error}
	switch {
	case sampled && r.culprit(s, &f):
	case !finite(now.Loss):
		f.Formula, f.Value = "the loss", now.Loss
		f.Message = fmt.Sprintf("The loss is %v.", now.Loss)
	case !finite(now.GradNorm):
		f.Formula, f.Value = "|g|, the norm of all gradients together", now.GradNorm
		f.Message = fmt.Sprintf("The loss is %.4g, and the gradient's norm %v.", now.Loss, now.GradNorm)
	default:
		return nil, true
	}
	f.Evidence = append(f.Evidence, losses(h, 6)...)
	for _, past := range h.Recent[max(0, len(h.Recent)-6):] {
		f.Evidence = append(f.Evidence, Evidence{"|g|", past.Step, -1, past.GradNorm})
	}
	if f.Advice == "" {
		f.Advice = "Sample every step (probe.Options.Every: 1) or turn on the anomaly mode to see the operation that makes it; guard log, sqrt and division by a small constant."
	}
	if largest := h.largest(); largest > 1e3 || len(h.Open(ExplodingGradient{}.Name())) > 0 {
		f.Message += fmt.Sprintf(" Gradients had exploded before, to a norm of %.3g.", largest)
		f.Advice = capital(h.lower(now.LR)) + "; or clipping of the gradient's norm (ClipNorm, optim.ClipGradNorm)."
	}
	if open := h.Open(r.Name()); len(open) > 0 {
		f.Layer = open[0].Layer
	}
	return []Finding{f}, true
}

// largest is the largest finite norm of the recent steps.
func (h *History) largest() float64 {
	most := 0.0
	for _, s := range h.Recent {
		if finite(s.GradNorm) {
			most = max(most, s.GradNorm)
		}
	}
	return most
}

// culprit fills in the first operation of a sampled step that made something non-finite.
func (NonFinite) culprit(s *probe.Step, f *Finding) bool {
	bad := func(l probe.Layer) bool { return l.Output.NonFinite > 0 }
	if i := slices.IndexFunc(s.Params, func(p probe.Param) bool { return p.Weight.NonFinite > 0 }); i >= 0 {
		p := s.Params[i]
		f.Layer, f.Formula, f.Value = layerOf(p.Name), "share of "+p.Name+" that is NaN or infinite", p.Weight.NonFinite
		f.Message = fmt.Sprintf("%.3g %% of %s are NaN or infinite before the step already: an earlier update has spoiled them.", 100*p.Weight.NonFinite, p.Name)
		return true
	}
	if s.Input != nil && s.Input.NonFinite > 0 {
		f.Formula, f.Value = "share of the batch that is NaN or infinite", s.Input.NonFinite
		f.Message = fmt.Sprintf("%.3g %% of the batch itself are NaN or infinite.", 100*s.Input.NonFinite)
		f.Advice = "Look at the data: fill in or drop missing values, and check divisions by a standard deviation of 0."
		return true
	}
	if i := slices.IndexFunc(s.Layers, bad); i >= 0 {
		l := s.Layers[i]
		f.Layer, f.Formula, f.Value = l.Name, "share of the results of "+l.Op+" that is NaN or infinite", l.Output.NonFinite
		f.Message = fmt.Sprintf("%s (%s) is the first in the forward pass with NaN or infinite results, %.3g %% of them, first in example %d of the batch.",
			l.Name, l.Op, 100*l.Output.NonFinite, l.Example)
		f.Evidence = append(f.Evidence, Evidence{"share that is not finite", s.Step, l.Example, l.Output.NonFinite})
		if i > 0 {
			f.ranges(s, "result before it, "+s.Layers[i-1].Name+",", s.Layers[i-1].Name, s.Layers[i-1].Output)
		} else if s.Input != nil {
			f.ranges(s, "batch", "the batch", *s.Input)
		}
		for _, p := range s.Params {
			if layerOf(p.Name) == l.Name {
				f.ranges(s, "parameter "+p.Name, p.Name, p.Weight)
			}
		}
		f.Advice = adviceFor(operation(&l))
		return true
	}
	for _, l := range slices.Backward(s.Layers) {
		if l.Grad != nil && l.Grad.NonFinite > 0 {
			f.Layer, f.Formula, f.Value = l.Name, "share of the gradient of "+l.Name+" that is NaN or infinite", l.Grad.NonFinite
			f.Message = fmt.Sprintf("The forward pass is finite. %s (%s) is the first that gets a gradient that is not, %.3g %% of it: what uses its result makes it in the backward pass.",
				l.Name, l.Op, 100*l.Grad.NonFinite)
			f.Evidence = append(f.Evidence, Evidence{"share of the gradient that is not finite", s.Step, -1, l.Grad.NonFinite})
			f.ranges(s, "result "+l.Name, l.Name, l.Output)
			f.Advice = "Derivatives without bound make it: sqrt and pow at 0, log near 0, division by something small. Add a small constant, or clamp."
			return true
		}
	}
	for _, p := range s.Params {
		if p.Grad != nil && p.Grad.NonFinite > 0 {
			f.Layer, f.Formula, f.Value = layerOf(p.Name), "share of the gradient of "+p.Name+" that is NaN or infinite", p.Grad.NonFinite
			f.Message = fmt.Sprintf("The gradients between layers are finite, %.3g %% of that of %s is not.", 100*p.Grad.NonFinite, p.Name)
			return true
		}
	}
	return false
}

// ranges says of something in words and as evidence between what it lay.
func (f *Finding) ranges(s *probe.Step, subject, name string, v probe.Summary) {
	f.Message += fmt.Sprintf(" The %s lies between %.3g and %.3g.", subject, v.Min, v.Max)
	f.Evidence = append(f.Evidence, Evidence{"least of " + name, s.Step, -1, v.Min}, Evidence{"greatest of " + name, s.Step, -1, v.Max})
}

func adviceFor(op string) string {
	switch op {
	case "log", "log1p", "sqrt", "rsqrt", "div", "reciprocal", "pow":
		return fmt.Sprintf("%s of a number outside of its domain: add a small constant, or clamp what it is given.", op)
	case "exp", "expm1", "softplus":
		return "The argument is too large: subtract the greatest (as softmax does), or clamp it."
	case "linear", "conv2d", "conv1d", "matmul":
		return "Its sums overflow: look at the ranges above; a lower learning rate, smaller weights or scaled inputs."
	}
	return ""
}

// pow10 is 10 to the power x.
func pow10(x float64) float64 { return math.Pow(10, x) }
