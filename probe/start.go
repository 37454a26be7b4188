package probe

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// Start calls f with a record after every Step of opt, until stop is called. p is the Pass that the
// model runs under, root the model or whatever holds its layers and parameters, whose names the record uses.
//
// On sampled steps (the first of a run and every o.Every'th) the Pass is observed: the
// record has statistics of what every operation's result was, of the gradient that came back to it,
// and of the parameters. Between samples the loss and the norm of the gradients are all that is looked at, and layers stay
// fused. Watching changes no number. The record is the caller's to keep, and holds copies only.
//
// A step may have several forwards and Backwards, as where gradients accumulate; what has one name in them is one entry. f runs
// inside Step, at its end, and must not call Step or Backward itself.
//
// It panics with a *tensor.ShapeError if an argument is nil, an option makes no sense or opt is not an [optim.Heard].
func Start(p *nn.Pass, root any, opt optim.Optimizer, o Options, f func(*Step)) (stop func()) {
	const op = "probe.Start"
	heard, ok := opt.(optim.Heard)
	switch {
	case p == nil:
		misuse(op, "the Pass is nil; give it the one that the model trains under, from nn.Training(seed)")
	case opt == nil:
		misuse(op, "the optimizer is nil; a record is made after each of its steps")
	case !ok:
		misuse(op, "%T does not tell of its steps; give it the method OnStep of optim.Heard, or use an optimizer of package optim, which all have it", opt)
	case f == nil:
		misuse(op, "the function that gets the records is nil")
	}
	if err := o.Check(); err != nil {
		misuse(op, "%v", err)
	}
	r := &recorder{opt: heard, options: o.filled(), f: f, step: o.After, loss: math.NaN()}
	for name, q := range nn.Named(root) {
		r.names, r.params = append(r.names, name), append(r.params, q)
	}
	r.before, r.sizes = make([]any, len(r.params)), make([]float64, len(r.params))
	r.squares.prepare()
	r.seen = p.Listen(root, r.op)
	r.seen.Pause()
	noBackward := p.OnBackward(r.backward)
	noStep := heard.OnStep(r.stepping)
	r.decide()
	return func() {
		r.stopped = true
		r.seen.Pause()
		noBackward()
		noStep()
	}
}

// misuse panics with a *tensor.ShapeError without operands.
func misuse(op, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}

// recorder is a watch in progress.
type recorder struct {
	opt     optim.Heard
	options Options
	f       func(*Step)
	names   []string // of params
	params  []*nn.Param
	seen    *nn.Observation
	stopped bool

	step    int     // the last one made
	loss    float64 // that Backward was called on since the step before; of several, their sum; NaN if it was not
	passes  int     // how often it was
	sample  *sample // of the present step, nil if it is none
	record  *Step   // while Step runs
	records []Step  // memory of the next ones
	squares squares
	memory  memory
	before  []any     // weights before the update, []float32 or []float64
	sizes   []float64 // their norms
	parts   []float64 // of a sum
}

// backward notes the loss.
func (r *recorder) backward(y *tensor.Tensor, done bool) {
	if !done {
		loss := 0.0
		if y.Numel() == 1 {
			loss = y.Item()
		} else { // Backward of several elements is that of their sum, weighted
			read(y, func(x []float32) { loss = total(x) }, func(x []float64) { loss = total(x) })
		}
		if r.passes++; r.passes > 1 { // the gradients add up, to that of the sum
			loss += r.loss
		}
		r.loss = loss
	}
	if r.sample != nil {
		r.sample.backward(r.loss-r.loss == 0, done)
	}
}

// stepping is called when a Step begins and when it has ended.
func (r *recorder) stepping(done bool) {
	if !done {
		r.begin()
		return
	}
	s := r.record
	if s == nil { // the watch began inside this Step
		return
	}
	r.record = nil
	if r.sample != nil {
		s.GradNorm = r.updates(s)
		r.sample = nil
	} else {
		s.GradNorm = r.gradNorm()
	}
	r.step, r.loss, r.passes = s.Step, math.NaN(), 0
	r.f(s)
	r.decide()
}

// begin makes the step's record, but for the gradients and the size of the updates: the optimizer reads the
// gradients anyway, and they are near after it.
func (r *recorder) begin() {
	var s *Step
	if r.sample != nil {
		s = new(Step) // lives by itself: a kept record must not keep others' statistics
	} else {
		if len(r.records) == 0 {
			const atOnce = 64
			r.records = make([]Step, atOnce)
		}
		s, r.records = &r.records[0], r.records[1:]
	}
	s.Step, s.Loss, s.LR, s.Backwards = r.step+1, r.loss, r.opt.LR(), r.passes
	if r.sample != nil {
		r.seen.Pause()
		r.sample.write(s)
		r.weigh(s)
	}
	r.record = s
}

// decide prepares for the next step.
func (r *recorder) decide() {
	if r.stopped || !r.options.sampled(r.step+1) {
		return
	}
	r.sample = newSample(&r.memory, r.options.histograms(r.step+1))
	r.seen.Resume()
}

// gradNorm is the Euclidean norm of all gradients that the optimizer will use.
func (r *recorder) gradNorm() float64 {
	total := 0.0
	for _, q := range r.params {
		if q.Frozen() {
			continue
		}
		if g := q.PeekGrad(); g != nil {
			total += r.squares.of(g)
		}
	}
	return math.Sqrt(total)
}

// op hears of an operation on a sampled step.
func (r *recorder) op(e nn.Event) {
	if r.sample != nil {
		r.sample.op(e)
	}
}

// threads is the parallel loop, over chunks of elements.
func threads(elements int, f func(chunk, from, to int)) {
	chunks := (elements + chunk - 1) / chunk
	pool.For(chunks, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			f(i, i*chunk, min((i+1)*chunk, elements))
		}
	})
}
