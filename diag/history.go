package diag

import (
	"math"
	"slices"

	"github.com/lumen-ml/lumen/probe"
)

// How far back a History goes.
const (
	keptSteps   = 120 // losses and norms
	keptSamples = 8   // statistics
	spacing     = 10  // steps between those samples at least, but for the newest
	keptEpochs  = 100
	begun       = 20 // steps whose mean loss is that of the beginning
	averaged    = 50 // steps of which the lowest mean loss is known
)

// Epoch is what an evaluation said: at the end of an epoch, or whenever the user's loop makes one.
type Epoch struct {
	Epoch, Step    int
	Loss           float64 // mean of the training examples since the evaluation before
	ValidationLoss float64 // NaN without one
}

// Scalar is what is known of every step.
type Scalar struct {
	Step               int
	Loss, LR, GradNorm float64
}

// History is what rules look back on. They only read it.
type History struct {
	Seen    int           // steps so far
	Recent  []Scalar      // of the last 120 steps, the newest last
	Samples []*probe.Step // of the last 8 samples, ten steps apart or more but for the newest, which is last
	Epochs  []Epoch       // of the last 100 evaluations, the newest last

	First      float64 // loss of the first step
	Initial    float64 // mean loss of the first 20 steps, or of those there are
	Lowest     float64 // mean loss of 50 steps in a row; +Inf before step 50
	GreatestLR float64
	Suited     float64 // the least learning rate that would have made the median update ratio 1e-3, by the samples before the loss had doubled; 0: not known
	Labels     []int   // how often each class occurred in the samples so far; nil where there are no classes
	Classes    int     // that the network tells apart, 0 if it is no classifier

	Inputs    int       // examples that the following is of
	Shape     []int     // of an example
	Low, High []float32 // the least and greatest value so far at each place of an example; nil where they are not known

	newest kind
	open   []life
}

// kind is what a moment brought.
type kind int

const (
	aStep   kind = iota // a loss
	aSample             // a loss and statistics
	anEpoch             // an evaluation
)

// Newest returns the newest step; there is one whenever a rule looks.
func (h *History) Newest() Scalar {
	if len(h.Recent) == 0 {
		return Scalar{Loss: math.NaN(), GradNorm: math.NaN()}
	}
	return h.Recent[len(h.Recent)-1]
}

// Stepped reports whether the newest moment is a step.
func (h *History) Stepped() bool { return h.newest != anEpoch }

// Sample is the newest moment's statistics, if it has some.
func (h *History) Sample() (*probe.Step, bool) {
	if h.newest != aSample {
		return nil, false
	}
	return h.Samples[len(h.Samples)-1], true
}

// Evaluated is the newest moment's evaluation, if it is one.
func (h *History) Evaluated() (Epoch, bool) {
	if h.newest != anEpoch {
		return Epoch{}, false
	}
	return h.Epochs[len(h.Epochs)-1], true
}

// Last are the last n samples, fewer if there are not so many.
func (h *History) Last(n int) []*probe.Step {
	return h.Samples[max(0, len(h.Samples)-n):]
}

// Beginning is the loss before training: the mean of the first 20 steps or, where those went up at once or were no numbers,
// the first.
func (h *History) Beginning() float64 {
	if !(h.Initial <= 1.5*h.First) {
		return h.First
	}
	return h.Initial
}

// Warming reports whether a schedule is raising the learning rate.
func (h *History) Warming() bool { return len(h.Recent) > 0 && h.Recent[0].LR < h.Newest().LR }

// Began is the step that the history begins with.
func (h *History) Began() int { return h.Newest().Step - h.Seen + 1 }

// MeanLoss is the mean loss of the last n steps, NaN if there are not so many.
func (h *History) MeanLoss(n int) float64 {
	if n > len(h.Recent) {
		return math.NaN()
	}
	sum := 0.0
	for _, s := range h.Recent[len(h.Recent)-n:] {
		sum += s.Loss
	}
	return sum / float64(n)
}

// Open are the rule's findings that are open, as they were last told.
func (h *History) Open(rule string) []Finding {
	var all []Finding
	for _, o := range h.open {
		if o.Rule == rule {
			all = append(all, o.Finding)
		}
	}
	return all
}

// IsOpen reports whether the rule has an open finding in a layer.
func (h *History) IsOpen(rule, layer string) bool {
	return slices.ContainsFunc(h.open, func(o life) bool { return o.Rule == rule && o.Layer == layer })
}

// step takes a step in.
func (h *History) step(s *probe.Step) {
	h.newest = aStep
	if h.Seen == 0 {
		h.First, h.Lowest = s.Loss, math.Inf(1)
	}
	h.Seen++
	if h.Seen <= begun {
		h.Initial += (s.Loss - h.Initial) / float64(h.Seen)
	}
	h.Recent = append(h.Recent, Scalar{s.Step, s.Loss, s.LR, s.GradNorm})
	h.Recent = h.Recent[max(0, len(h.Recent)-keptSteps):]
	h.GreatestLR = max(h.GreatestLR, s.LR)
	if mean := h.MeanLoss(averaged); mean < h.Lowest {
		h.Lowest = mean
	}
	if s.Sampled() {
		h.newest = aSample
		h.sample(s)
	}
}

// sample takes statistics in.
func (h *History) sample(s *probe.Step) {
	if n := len(h.Samples); n >= 2 && h.Samples[n-1].Step-h.Samples[n-2].Step < spacing {
		h.Samples = h.Samples[:n-1]
	}
	h.Samples = append(h.Samples, kept(s))
	if rate := suited(s); rate > 0 && s.Loss <= 2*h.Beginning() && (h.Suited == 0 || rate < h.Suited) {
		h.Suited = rate
	}
	if n := len(h.Samples); n > keptSamples {
		h.Samples = slices.Delete(h.Samples, 0, n-keptSamples)
	}
	for i, n := range s.Labels {
		for i >= len(h.Labels) {
			h.Labels = append(h.Labels, 0)
		}
		h.Labels[i] += n
	}
	h.Classes = max(h.Classes, len(s.Labels))
	if c := s.Columns; c != nil {
		if !slices.Equal(h.Shape, c.Shape) || len(h.Low) != len(c.Low) {
			h.Inputs, h.Shape, h.Low, h.High = 0, slices.Clone(c.Shape), slices.Clone(c.Low), slices.Clone(c.High)
		}
		h.Inputs += c.Examples
		for i := range c.Low {
			h.Low[i], h.High[i] = min(h.Low[i], c.Low[i]), max(h.High[i], c.High[i])
		}
	}
}

// kept is what rules look back on: no histograms, no columns.
func kept(s *probe.Step) *probe.Step {
	c := *s
	c.Columns, c.Labels = nil, nil
	c.Input = keptSummary(s.Input)
	c.Layers, c.Params = slices.Clone(s.Layers), slices.Clone(s.Params)
	for i := range c.Layers {
		l := &c.Layers[i]
		l.Grad, l.Output.Histogram = keptSummary(l.Grad), nil
	}
	for i := range c.Params {
		p := &c.Params[i]
		p.Grad, p.Weight.Histogram = keptSummary(p.Grad), nil
	}
	return &c
}

func keptSummary(s *probe.Summary) *probe.Summary {
	if s == nil {
		return nil
	}
	c := *s
	c.Histogram = nil
	return &c
}

// epoch takes an evaluation in.
func (h *History) epoch(e Epoch) {
	h.newest = anEpoch
	h.Epochs = append(h.Epochs, e)
	h.Epochs = h.Epochs[max(0, len(h.Epochs)-keptEpochs):]
}
