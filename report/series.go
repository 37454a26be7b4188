package report

import (
	"math"
	"slices"
	"strconv"

	"github.com/lumen-ml/lumen/probe"
)

// mostPoints is how many points of a line can be told apart.
const mostPoints = 400

// mostMeans is how many points the line of a layer has, of which there are many in a figure.
const mostMeans = 120

// curve is numbers over steps. Low and high, where they are, are the least and greatest that a mean was made of.
type curve struct {
	x, y      []float64
	low, high []float64
}

// losses are the means over windows of steps.
func (r *Run) losses() curve {
	var c curve
	n := len(r.Steps)
	windows := min(n, mostPoints)
	for k := range windows {
		part := r.Steps[k*n/windows : (k+1)*n/windows]
		sum, low, high := 0.0, math.Inf(1), math.Inf(-1)
		for _, s := range part {
			sum += s.Loss
			low, high = min(low, s.Loss), max(high, s.Loss)
		}
		c.x = append(c.x, float64(part[0].Step+part[len(part)-1].Step)/2)
		c.y = append(c.y, sum/float64(len(part)))
		c.low, c.high = append(c.low, low), append(c.high, high)
	}
	return c
}

// window is how many steps a mean of losses has.
func (r *Run) window() int { return max(1, (len(r.Steps)+mostPoints-1)/mostPoints) }

// rates are the learning rates, where they change.
func (r *Run) rates() curve {
	var c curve
	n := len(r.Steps)
	stretches := min(n, mostPoints)
	for k := range stretches {
		s := r.Steps[k*n/stretches]
		c.x, c.y = append(c.x, float64(s.Step)), append(c.y, s.LR)
	}
	if n > stretches {
		c.x, c.y = append(c.x, float64(r.Steps[n-1].Step)), append(c.y, r.Steps[n-1].LR)
	}
	return c
}

// accuracies of the epochs, of training while it ran and of validation; a run without has none.
func (r *Run) accuracies() (training, validation curve) {
	for _, e := range r.Epochs {
		for _, v := range e.Metrics {
			if v.Name == "accuracy" {
				training.x, training.y = append(training.x, float64(e.Step)), append(training.y, v.Value)
			}
		}
		for _, v := range e.Validation {
			if v.Name == "accuracy" {
				validation.x, validation.y = append(validation.x, float64(e.Step)), append(validation.y, v.Value)
			}
		}
	}
	return training, validation
}

func (r *Run) validationLosses() curve {
	var c curve
	for _, e := range r.Epochs {
		if e.Validated {
			c.x, c.y = append(c.x, float64(e.Step)), append(c.y, e.ValidationLoss)
		}
	}
	return c
}

// named is a curve with its name.
type named struct {
	name string
	curve
}

// smoothed is the curve as means of at most mostMeans stretches. A number that is not finite makes its mean so.
func (c curve) smoothed() curve {
	n := len(c.x)
	if n <= mostMeans {
		return c
	}
	var s curve
	for k := range mostMeans {
		from, to := k*n/mostMeans, (k+1)*n/mostMeans
		sum := 0.0
		for _, v := range c.y[from:to] {
			sum += v
		}
		s.x, s.y = append(s.x, (c.x[from]+c.x[to-1])/2), append(s.y, sum/float64(to-from))
	}
	return s
}

// params are the parameters in the order of the first sample that has them, layers the same.
func (r *Run) params() []probe.Param {
	for _, s := range r.Samples {
		if len(s.Params) > 0 {
			return s.Params
		}
	}
	return nil
}

func (r *Run) layers() []probe.Layer {
	for _, s := range r.Samples {
		if len(s.Layers) > 0 {
			return s.Layers
		}
	}
	return nil
}

// isWeight tells weights from biases and the two numbers a channel of a normalisation.
func isWeight(p *probe.Param) bool { return len(p.Shape) > 1 }

// ofParams is a number of each parameter over the samples. Samples name parameters in the same order, which is looked at first.
func (r *Run) ofParams(wanted func(p *probe.Param) bool, f func(p *probe.Param) float64) []named {
	var all []named
	for i, first := range r.params() {
		if !wanted(&first) {
			continue
		}
		line := named{name: first.Name}
		for _, s := range r.Samples {
			if p := at(s.Params, i, func(p *probe.Param) bool { return p.Name == first.Name }); p != nil {
				line.x, line.y = append(line.x, float64(s.Step)), append(line.y, f(p))
			}
		}
		all = append(all, line)
	}
	return all
}

// ofLayers is the same of layers.
func (r *Run) ofLayers(wanted func(l *probe.Layer) bool, f func(l *probe.Layer) float64) []named {
	var all []named
	for i, first := range r.layers() {
		if !wanted(&first) {
			continue
		}
		line := named{name: first.Name}
		for _, s := range r.Samples {
			if l := at(s.Layers, i, func(l *probe.Layer) bool { return l.Name == first.Name }); l != nil {
				line.x, line.y = append(line.x, float64(s.Step)), append(line.y, f(l))
			}
		}
		all = append(all, line)
	}
	return all
}

// at finds an element, which is likely at i.
func at[T any](all []T, i int, is func(*T) bool) *T {
	if i < len(all) && is(&all[i]) {
		return &all[i]
	}
	if k := slices.IndexFunc(all, func(e T) bool { return is(&e) }); k >= 0 {
		return &all[k]
	}
	return nil
}

// meanAbsGrad is mean |dL/dW|, no number where there is no gradient.
func meanAbsGrad(p *probe.Param) float64 {
	if p.Grad == nil {
		return math.NaN()
	}
	if p.Grad.NonFinite > 0 {
		return math.Inf(1)
	}
	return p.Grad.MeanAbs
}

func deadShare(l *probe.Layer) float64 {
	if l.Units == 0 {
		return 0
	}
	return float64(len(l.Dead)) / float64(l.Units)
}

// saturates reports whether the share of saturated results means anything for an operation.
func saturates(l *probe.Layer) bool { return l.Op == "tanh" || l.Op == "sigmoid" }

// median of the finite ones, NaN if there is none.
func median(values []float64) float64 {
	v := slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return !finite(x) })
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// firstOf and lastOf are no number where there is none.
func firstOf(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	return values[0]
}

func lastOf(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	return values[len(values)-1]
}

// thousands is a count as people read it: 61,706.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short is a number with so many digits as matter.
func short(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	case v == 0:
		return "0"
	case a >= 1e5 || a < 1e-3:
		return strconv.FormatFloat(v, 'e', 1, 64)
	case a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// percent of a share.
func percent(share float64) string {
	if !finite(share) {
		return short(share)
	}
	return strconv.FormatFloat(100*share, 'f', 2, 64) + " %"
}

// clock is a time for people.
func clock(seconds float64) string {
	switch s := int(math.Round(seconds)); {
	case !finite(seconds) || seconds < 0 || seconds > 1e9:
		return short(seconds) + " s"
	case seconds < 100:
		return strconv.FormatFloat(seconds, 'f', 1, 64) + " s"
	case s < 3600:
		return strconv.Itoa(s/60) + " min " + strconv.Itoa(s%60) + " s"
	default:
		return strconv.Itoa(s/3600) + " h " + strconv.Itoa(s%3600/60) + " min"
	}
}

// shape is 6 x 5 x 5.
func shape(dims []int) string {
	if len(dims) == 0 {
		return "1 number"
	}
	s := ""
	for i, d := range dims {
		if i > 0 {
			s += " × "
		}
		s += strconv.Itoa(d)
	}
	return s
}
