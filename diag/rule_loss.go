package diag

import (
	"cmp"
	"fmt"
	"math"
)

// Diverging finds a loss that climbs.
//
//	value = mean loss of the last 20 steps / mean loss of the first 20, or
//	value = share of what had been won that is lost again: (mean loss of the last 50 steps - lowest mean of 50) / (that of the first 20 - lowest)
//
// The second counts only where a fifth of the loss had been won. Before the 40th step the loss of one step must be a thousand times that of
// the beginning.
//
// Source: Goodfellow, Bengio and Courville, "Deep Learning" (2016), section 8.
type Diverging struct {
	Factor float64 // default 2
	Lost   float64 // default 0.5
}

// Name is "loss diverging".
func (Diverging) Name() string { return "loss diverging" }

// absurd is how many times the loss of the beginning no loss of a sound run is.
const absurd = 1e3

// Look judges every step.
func (r Diverging) Look(h *History) ([]Finding, bool) {
	if !h.Stepped() {
		return nil, false
	}
	factor, lost := cmp.Or(r.Factor, 2), cmp.Or(r.Lost, 0.5)
	now := h.Newest()
	open := h.IsOpen(r.Name(), "")
	slack := 1.0
	if open {
		slack = 0.6
	}
	f := Finding{Severity: Error, Evidence: append([]Evidence{{"mean loss of the first 20 steps", h.Began(), -1, h.Beginning()}}, losses(h, 10)...),
		Advice: capital(h.lower(now.LR)) + "; a warm-up, or clipping of the gradient's norm (ClipNorm, optim.ClipGradNorm)."}
	if h.Seen < 2*begun {
		if !isAbsurd(h, now.Loss) {
			return nil, false
		}
		f.Value, f.Threshold, f.Formula = now.Loss/h.Beginning(), absurd, "loss of the step / of the beginning"
		f.Message = fmt.Sprintf("The loss began at %.4g and is %.4g now.", h.Beginning(), now.Loss)
		return []Finding{f}, true
	}
	if mean := h.MeanLoss(begun); h.Beginning() > 0 && mean > slack*factor*h.Beginning() {
		f.Value, f.Threshold, f.Formula = mean/h.Beginning(), factor, "mean loss of the last 20 steps / of the first 20"
		f.Message = fmt.Sprintf("The loss began at %.4g and is %.4g now: every step makes it worse.", h.Beginning(), mean)
		return []Finding{f}, true
	}
	mean, won := h.MeanLoss(averaged), h.Beginning()-h.Lowest
	if h.Beginning() > 0 && won > 0.2*h.Beginning() && mean-h.Lowest > slack*lost*won {
		f.Value, f.Threshold = (mean-h.Lowest)/won, lost
		f.Formula = "(mean loss of the last 50 steps - lowest such mean) / (mean loss of the first 20 - lowest)"
		f.Message = fmt.Sprintf("The loss had come down from %.4g to %.4g and is %.4g again: %.0f %% of what was won is lost.", h.Beginning(), h.Lowest, mean, 100*f.Value)
		f.Evidence = append(f.Evidence, Evidence{"lowest mean loss of 50 steps", now.Step, -1, h.Lowest})
		return []Finding{f}, true
	}
	return nil, true
}

// isAbsurd reports whether a loss is a number, but one that no training comes to.
func isAbsurd(h *History, loss float64) bool {
	return h.Beginning() > 0 && loss > absurd*h.Beginning() && finite(loss)
}

// NotDecreasing finds a loss that stays where it began.
//
//	value = mean loss of the last 100 steps / of the first 20, after 300 steps
//
// Nothing is said while a schedule raises the learning rate. A loss that had come down and went up again is another rule's.
//
// Source: Karpathy, "A recipe for training neural networks" (2019).
type NotDecreasing struct {
	Ratio float64 // that it must have come below; default 0.99
	After int     // steps; default 300
}

// Name is "loss not decreasing".
func (NotDecreasing) Name() string { return "loss not decreasing" }

// Look judges every step from the After'th on.
func (r NotDecreasing) Look(h *History) ([]Finding, bool) {
	after, ratio := cmp.Or(r.After, 300), cmp.Or(r.Ratio, 0.99)
	if !h.Stepped() || h.Seen < max(after, averaged) || h.Warming() {
		return nil, false
	}
	limit := ratio
	if h.IsOpen(r.Name(), "") {
		limit = 2*ratio - 1 // 0.98
	}
	began, now := h.Beginning(), h.MeanLoss(min(2*averaged, h.Seen))
	if !(began > 0) || !(now > limit*began) || h.Lowest < (3*ratio-2)*began {
		return nil, true
	}
	f := Finding{Severity: Warning, Value: now / began, Threshold: ratio, Formula: "mean loss of the last 100 steps / of the first 20",
		Message: fmt.Sprintf("After %d steps the loss is %.4g, and it began at %.4g: nothing has been learned.", h.Seen, now, began),
		Advice:  "Overfit a single batch first: if even that fails, look at the loss, at the labels, and whether every parameter is in the optimizer. Else try learning rates ten times higher and lower.",
		Evidence: append([]Evidence{{"mean loss of the first 20 steps", h.Began(), -1, h.Beginning()},
			{"mean loss of the last 100 steps", h.Newest().Step, -1, now}}, losses(h, 10)...)}
	if len(h.Open(VanishingGradient{}.Name())) > 0 {
		f.Advice = "The vanishing gradient is enough to explain it, see that finding."
	}
	return []Finding{f}, true
}

// Plateau finds a loss that has stopped falling.
//
//	value = lowest loss of the last n evaluations / lowest before them
//
// of the validation loss, or of the training loss where there is no validation. It is a warning where the loss has not come down to half of what it was in the first
// evaluation, else info: the network may have learned what it can.
//
// Source: the threshold is that of PyTorch's ReduceLROnPlateau, of ten times its usual size.
type Plateau struct {
	Ratio       float64 // default 0.999
	Evaluations int     // default 10
}

// Name is "plateau".
func (Plateau) Name() string { return "plateau" }

// Look judges evaluations.
func (r Plateau) Look(h *History) ([]Finding, bool) {
	n, ratio := cmp.Or(r.Evaluations, 10), cmp.Or(r.Ratio, 0.999)
	if _, ok := h.Evaluated(); !ok || len(h.Epochs) <= n {
		return nil, false
	}
	loss := func(e Epoch) float64 {
		if math.IsNaN(e.ValidationLoss) {
			return e.Loss
		}
		return e.ValidationLoss
	}
	before, since := math.Inf(1), math.Inf(1)
	split := len(h.Epochs) - n
	for i, e := range h.Epochs {
		if i < split {
			before = min(before, loss(e))
		} else {
			since = min(since, loss(e))
		}
	}
	if !(since > before-(1-ratio)*math.Abs(before)) {
		return nil, true
	}
	f := Finding{Severity: Warning, Value: since / before, Threshold: ratio,
		Formula: fmt.Sprintf("lowest loss of the last %d evaluations / lowest before them", n),
		Message: fmt.Sprintf("The loss has not fallen for %d evaluations: %.4g was the lowest before, %.4g since.", n, before, since),
		Advice:  "Lower the learning rate (optim.NewReduceOnPlateau does it by itself); if that changes nothing, a larger network or other inputs."}
	for _, past := range h.Epochs[split:] {
		f.Evidence = append(f.Evidence, Evidence{fmt.Sprintf("loss of evaluation %d", past.Epoch), past.Step, -1, loss(past)})
	}
	if min(before, since) < 0.5*loss(h.Epochs[0]) || h.Beginning() > 0 && min(before, since) < 0.5*h.Beginning() {
		f.Severity = Info
		f.Message += fmt.Sprintf(" It began at %.4g.", max(loss(h.Epochs[0]), h.Beginning()))
		f.Advice = "Training may end, or go on with a lower learning rate."
	}
	return []Finding{f}, true
}
