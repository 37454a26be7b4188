package probe

import (
	"slices"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// AnomalyOptions of DetectAnomaly. The zero value is the default.
type AnomalyOptions struct {
	// Found is called with what was found, once: then training goes on, and nothing more is looked
	// at. Without it DetectAnomaly panics with the *AnomalyError, as PyTorch raises one.
	Found func(*AnomalyError)
	// NaNOnly lets infinities pass, such as those of a mask that is added to scores.
	NaNOnly bool
	Back    int // steps to look back on; default 5, -1 for the present one alone
	After   int // the step that a continued run goes on after
}

// Anomaly looks for the first NaN or infinity in a training run.
type Anomaly struct {
	pass  *nn.Pass
	root  any
	o     AnomalyOptions
	found *AnomalyError

	step    int  // that is running, from 1
	ends    bool // an optimizer tells of the ends of steps
	backed  bool // this step has been in Backward
	history []AnomalyStep
	known   map[*tensor.Tensor]Range // what this step has computed so far
	stops   []func()
}

// call is an operation of the forward, which its backward is told of.
type call struct {
	op, layer, name, where string
	operands               []*tensor.Tensor
}

// DetectAnomaly looks at every result under p, every gradient, and every parameter in root
// after each step of opt, and reports the first that is not finite: which operation made it, in which
// layer (by its name in root), called from which line, and of what operands. It is PyTorch's
// torch.autograd.detect_anomaly, for the forward too. opt may be nil; it should be one of package
// optim, which tell of their steps.
//
// Layers are not fused while it looks, so that an activation is told from its convolution; no
// number changes. A step takes two to three times as long. Nothing is left behind after Stop.
//
// Infinities that the program puts in itself, with MaskedFill, Where, Pad or in place, are not
// reported, nor is what merely passes them on.
func DetectAnomaly(p *nn.Pass, root any, opt optim.Optimizer, o AnomalyOptions) *Anomaly {
	if o.Back == 0 {
		o.Back = 5
	}
	a := &Anomaly{pass: p, root: root, o: o, step: o.After, known: map[*tensor.Tensor]Range{}}
	a.next()
	a.stops = append(a.stops, p.Listen(root, a.forward).Pause, p.OnOpDone(a.backward))
	if h, ok := opt.(optim.Heard); ok {
		a.ends = true
		a.stops = append(a.stops, h.OnStep(a.updated))
	}
	return a
}

// Stop ends the search.
func (a *Anomaly) Stop() {
	for _, stop := range a.stops {
		stop()
	}
	a.stops = nil
	clear(a.known)
}

// Found is the first anomaly, nil if there was none so far.
func (a *Anomaly) Found() *AnomalyError { return a.found }

// next begins a step.
func (a *Anomaly) next() {
	a.step++
	a.backed = false
	clear(a.known)
	a.history = append(a.history, AnomalyStep{Step: a.step})
	if extra := len(a.history) - max(a.o.Back, 1); extra > 0 {
		a.history = slices.Delete(a.history, 0, extra)
	}
}

// note adds a range to the present step's.
func (a *Anomaly) note(name string, r Range) {
	s := &a.history[len(a.history)-1]
	s.Ranges = append(s.Ranges, NamedRange{name, r})
}

// bad reports whether a range has what is looked for.
func (a *Anomaly) bad(r Range) bool { return r.NaN > 0 || r.Inf > 0 && !a.o.NaNOnly }

// report tells of an anomaly in the present step.
func (a *Anomaly) report(e *AnomalyError) {
	e.Step = a.step
	e.History = slices.Clone(a.history)
	a.found = e
	if a.o.Found == nil {
		panic(e)
	}
	a.o.Found(e)
}

// putting are the operations whose infinities the program has put there itself.
var putting = []string{"masked_fill", "where", "pad", "set_slice", "fill_in_place"}

// forward hears of an operation's result.
func (a *Anomaly) forward(e nn.Event) {
	if a.found != nil || !e.Output.DType().IsFloat() {
		return
	}
	if a.backed && !a.ends {
		a.next()
	}
	c := &call{e.Op, e.Layer, e.Name, tensor.Caller(), e.Operands}
	e.Output.Annotate(c)
	r := RangeOf(e.Output)
	a.note(e.Name, r)
	if !a.bad(r) {
		a.known[e.Output] = r
		return
	}
	operands := a.ranges(e.Operands, e.Output) // one that was changed in place as it was before
	found := &AnomalyError{Kind: InForward, Op: e.Op, Layer: e.Layer, Name: e.Name, Where: c.where, Operands: operands, Operand: -1, Result: r}
	for i, t := range e.Operands {
		if t == nil || t == e.Output || !a.bad(operands[i]) {
			continue
		}
		if found.Operand < 0 {
			found.Operand = i
		}
		if _, known := a.known[t]; !known {
			found.Operand, found.Kind = i, InData
			if name := a.sick(t.Shape()); name != "" {
				found.Kind, found.Param = InWeights, name
			}
			break
		}
	}
	given := found.Kind == InForward && (found.Operand >= 0 || slices.Contains(putting, e.Op))
	if given && r.NaN == 0 {
		a.known[e.Output] = r
		return
	}
	a.report(found)
}

// ranges are those of an operation's operands, without a shape where they are not known: of one
// that was left out, of result, of memory that is no longer theirs.
func (a *Anomaly) ranges(operands []*tensor.Tensor, result *tensor.Tensor) []Range {
	rs := make([]Range, len(operands))
	for i, t := range operands {
		r, known := a.known[t]
		if !known {
			r = Range{First: -1}
			if t != nil && t != result {
				r = rangeIfThere(t)
			}
		}
		rs[i] = r
	}
	return rs
}

// rangeIfThere is RangeOf, zero for a result of an earlier step whose memory has gone.
func rangeIfThere(t *tensor.Tensor) (r Range) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *tensor.StaleError:
			r = Range{First: -1}
		default:
			panic(e)
		}
	}()
	return RangeOf(t)
}

// sick is the first parameter of a shape that is not finite, "" if there is none.
func (a *Anomaly) sick(shape []int) string {
	for name, q := range nn.Named(a.root) {
		if v := q.Value(); slices.Equal(v.Shape(), shape) && a.bad(RangeOf(v)) {
			return name
		}
	}
	return ""
}

// backward hears of the gradients that an operation's backward made.
func (a *Anomaly) backward(d *tensor.Done) {
	if !d.Backward || a.found != nil {
		return
	}
	a.backed = true
	c, ok := d.Note.(*call)
	if !ok {
		c = &call{op: d.Op, name: d.Op}
	}
	for i, g := range d.Results {
		if g == nil {
			continue
		}
		r := RangeOf(g)
		name := c.name + " backward"
		if i > 0 {
			name = c.name + " backward to " + ordinal(i)
		}
		a.note(name, r)
		if !a.bad(r) {
			continue
		}
		in := RangeOf(d.Grad)
		e := &AnomalyError{Kind: InBackward, Op: c.op, Layer: c.layer, Name: c.name, Where: c.where, Operands: a.ranges(c.operands, nil),
			Operand: i, Grad: &in, Result: r}
		if a.bad(in) {
			e.Kind = InGradient
		}
		a.report(e)
		return
	}
}

// updated hears of the optimizer's steps: it looks at the gradients before one, which may
// have been added up and clipped since Backward, and at the parameters after it.
func (a *Anomaly) updated(done bool) {
	if a.found != nil {
		return
	}
	for name, q := range nn.Named(a.root) {
		t, kind, what := q.PeekGrad(), InGradient, name+" gradient"
		if done {
			t, kind, what = q.Value(), InWeights, name
		}
		if t == nil {
			continue
		}
		r := RangeOf(t)
		a.note(what, r)
		if !a.bad(r) {
			continue
		}
		e := &AnomalyError{Kind: kind, Param: name, Operand: -1, Result: r}
		if g := q.PeekGrad(); done && g != nil {
			in := RangeOf(g)
			e.Grad = &in
		}
		a.report(e)
		return
	}
	if done {
		a.next()
	}
}
