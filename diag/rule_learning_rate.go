package diag

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/probe"
)

// LearningRate finds a learning rate that is too high or too low, by what it does to weights and loss together.
//
//	value = median over the weights of |change in a step| / |W|
//
// It is too high where that was above High in one of the last samples and the loss (mean of 50 steps) has not come below 95 % of what it was at the beginning:
// a rate above 2 / sharpness makes the loss go up and down, and the weights move far for nothing. It is too low where
// the value is below Low in all samples that are kept, the loss falls, but by less than a tenth in the first 400 steps: its fall in a step is then
// far below the noise of the batches, and no schedule is raising the rate. Nothing is said about the
// rate where gradients vanish.
//
// Source: Cohen et al., "Gradient descent on neural networks typically occurs at the edge of stability" (2021) for 2 / sharpness;
// the two thresholds were measured, see docs/decisions/005-thresholds-of-the-debugger.md.
type LearningRate struct {
	High float64 // default 0.1
	Low  float64 // default 1e-4
}

// Name is "learning rate".
func (LearningRate) Name() string { return "learning rate" }

// Look judges samples from the 50th step on.
func (r LearningRate) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok || h.Seen < averaged || len(h.Samples) < keptSamples/2 || len(h.Open(VanishingGradient{}.Name())) > 0 {
		return nil, false
	}
	high, low := cmp.Or(r.High, 0.1), cmp.Or(r.Low, 1e-4)
	greatest, most := 0.0, 0.0
	for _, past := range h.Samples {
		v := medianUpdate(past)
		greatest = max(greatest, v)
		most = max(most, scaled(h, past, v))
	}
	loss, open := h.MeanLoss(averaged), h.IsOpen(r.Name(), "")
	evidence := over(h, keptSamples, "median update ratio", func(s *probe.Step) (float64, bool) { return medianUpdate(s), true })
	evidence = append(evidence, Evidence{"mean loss of the first 20 steps", h.Began(), -1, h.Beginning()}, Evidence{"mean loss of the last 50 steps", s.Step, -1, loss},
		Evidence{"its fall in a step / standard error", s.Step, -1, signal(h)})
	f := Finding{Severity: Warning, Formula: "median over the weights of |change in a step| / |W|", Evidence: evidence}
	switch {
	case greatest > high && !(loss < 0.95*h.Beginning()), open && h.Open(r.Name())[0].Value > high && !(loss < 0.9*h.Beginning()):
		f.Value, f.Threshold = greatest, high
		f.Message = fmt.Sprintf("The learning rate %.3g is too high: a step changed half of the weights by %.2g of their size or more, and the loss is %.4g where it began at %.4g.",
			h.GreatestLR, greatest, h.MeanLoss(begun), h.Beginning())
		f.Advice = "Begin again with " + h.lower(h.GreatestLR) + ", or a warm-up."
		return []Finding{f}, true
	case h.Seen >= 400 && !h.Warming() && most < low && most > 0 && h.Lowest > 0.9*h.Beginning() && h.Beginning() > 0:
		f.Value, f.Threshold = most, low
		f.Message = fmt.Sprintf("The learning rate %.3g is too low: a step changes half of the weights by less than %.1g of their size, and in %d steps the loss came from %.4g to %.4g only.",
			h.GreatestLR, most, h.Seen, h.Beginning(), loss)
		f.Advice = fmt.Sprintf("About %.1g, for changes of 1e-3.", h.GreatestLR*1e-3/most)
		return []Finding{f}, true
	}
	return nil, true
}

// suited is the learning rate with which a sample's step would have changed half of the weights by 1e-3 of their size or more: the
// change is in proportion to the rate. It is 0 where that is not known.
func suited(s *probe.Step) float64 {
	if rate := s.LR * 1e-3 / medianUpdate(s); rate > 0 && finite(rate) {
		return rate
	}
	return 0
}

// lower says which learning rate to take in the place of one that is too high: what the measured updates say, or, where they say
// nothing, how to look for one.
func (h *History) lower(rate float64) string {
	if h.Suited > 0 && h.Suited < rate {
		return fmt.Sprintf("a learning rate of about %.1g in the place of %.3g (it would have changed the weights by 1e-3 of their size in a step, before the loss went up)", h.Suited, rate)
	}
	return fmt.Sprintf("learning rates below %.3g by factors of ten, down to %.1g", rate, min(1e-4, rate*1e-3))
}

// capital is a sentence of words.
func capital(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

// medianUpdate is the median of the weights' update ratios.
func medianUpdate(s *probe.Step) float64 {
	var v []float64
	for _, w := range weights(s) {
		if !math.IsNaN(w.UpdateRatio) {
			v = append(v, w.UpdateRatio)
		}
	}
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// signal is the fall of the loss in a step, by a straight line through the recent ones, over its standard error.
func signal(h *History) float64 {
	n, sx, sy, sxx, sxy, syy := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for i, s := range h.Recent {
		x, y := float64(i), s.Loss
		n, sx, sy, sxx, sxy, syy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y, syy+y*y
	}
	vx, vy, c := sxx-sx*sx/n, syy-sy*sy/n, sxy-sx*sy/n
	slope := c / vx
	return -slope / math.Sqrt(max(vy-slope*c, 0)/(n-2)/vx)
}
