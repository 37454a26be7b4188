package nn

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/lumen-ml/lumen/tensor"
)

// Event is one operation's result, with the layer it happened in.
type Event struct {
	Op string // the operation: "conv2d", "relu"
	// Layer is the innermost layer: "conv1". An activation belongs to the layer whose result it is given: in
	// a := fc1(x); b := fc2(x); a.ReLU() to fc1.
	Layer string
	// Name is the layer's for its own operation, else layer.operation: a functional
	// ReLU after conv1 is "conv1.relu", a second one "conv1.relu.2".
	Name string
	// Output is the result itself, tracked in training: OnGrad hears its gradient.
	// Compute with Pass.Within(Output), which adds nothing to the graph, and copy what
	// is to be kept with Clone or Data.
	Output *tensor.Tensor
	// Input is what the layer was given, where it is known: layers that call Pass.Enter
	// tell it, and the first of them was given the batch.
	Input *tensor.Tensor
	// Operands of the operation, nil among them where one was left out. A loss has the
	// prediction and the target.
	Operands []*tensor.Tensor

	own bool // the layer's own operation
}

// Observation is an observer of a Pass, one of any number.
type Observation struct {
	pass     *Pass
	f        func(Event)
	begun    bool   // a layer was entered since Resume
	backward func() // stops hearing of Backward, after which the layers of results are forgotten
	watch
}

// Observe calls f with every operation's result under this Pass, under the names
// that layers have in root; f nil stops it. Observing changes no number.
func (p *Pass) Observe(root any, f func(Event)) {
	p.wantPass("Pass.Observe")
	if p.observed != nil {
		p.observed.Pause()
		p.observed = nil
	}
	if f != nil {
		p.observed = p.Listen(root, f)
	}
}

// Listen is Observe for one of several observers: the others go on, and it can be paused.
// Call Pause and Resume between steps. An observer is not told of what it or
// another one computes itself.
func (p *Pass) Listen(root any, f func(Event)) *Observation {
	p.wantPass("Pass.Listen")
	o := &Observation{pass: p, f: f, watch: newWatch(root)}
	o.Resume()
	o.begun = true
	return o
}

// Resume goes on after Pause, when the next layer begins or the next parameter is used: what is
// still computed from the results of an earlier step, such as metrics, is not told.
func (o *Observation) Resume() {
	p := o.pass
	if slices.Contains(p.listening, o) {
		return
	}
	o.begun = false
	o.enter("", nil)
	clear(o.made)
	o.backward = p.OnBackward(func(_ *tensor.Tensor, done bool) {
		if done {
			clear(o.made)
		}
	})
	p.listening = append(slices.Clip(p.listening), o)
	p.OnOp(p.heard)
}

// Pause stops the observation; with no other observer, layers are fused again.
func (o *Observation) Pause() {
	p := o.pass
	if !slices.Contains(p.listening, o) {
		return
	}
	o.backward()
	p.listening = slices.DeleteFunc(slices.Clone(p.listening), func(other *Observation) bool { return other == o })
	if len(p.listening) == 0 {
		p.OnOp(nil)
	}
}

// heard tells the observers of an operation.
func (p *Pass) heard(op string, t *tensor.Tensor, operands []*tensor.Tensor) {
	if p.told {
		return
	}
	p.told = true
	defer func() { p.told = false }()
	for _, o := range p.listening {
		if !o.begun {
			continue
		}
		e := o.event(op, t, operands)
		o.f(e)
	}
}

func (w *watch) event(op string, t *tensor.Tensor, operands []*tensor.Tensor) Event {
	e := Event{Op: op, Layer: w.layer, Name: w.layer, Output: t, Input: w.input, Operands: operands}
	e.own = w.own == op && w.count[op] == 0 || w.own == "" && len(w.count) == 0
	var operand *tensor.Tensor
	if len(operands) > 0 {
		operand = operands[0]
	}
	if layer := w.begin(op, operand); layer != w.layer {
		w.end(op, t)
		e.Layer, e.Name, e.Input, e.own = layer, join(layer, op), nil, false
		return e
	}
	if !e.own || w.layer == "" {
		e.Name = join(w.layer, op)
		n := w.count[op]
		if w.own == op && w.layer != "" {
			n-- // the layer's own does not count: conv1, conv1.conv2d, conv1.conv2d.2
		}
		if n > 0 {
			e.Name = join(e.Name, strconv.Itoa(n+1))
		}
	}
	w.end(op, t)
	return e
}

// Enter begins the Forward of layer, a pointer: it tells an observer, and returns x
// as seen in this Pass, so that what is computed from a batch of data is observed
// too. It panics with a *tensor.ShapeError if layer or the Pass is nil. The layers of
// this package call it first; a layer that does not is known by
// its parameters as soon as it uses one.
func (p *Pass) Enter(layer any, x *tensor.Tensor) *tensor.Tensor {
	if v := reflect.ValueOf(layer); v.Kind() == reflect.Pointer && v.IsNil() {
		badSize(v.Type().Elem().Name()+".Forward", "the layer is nil: a field of the model was not set, or the layer not made by its constructor")
	}
	p.wantPass("Forward")
	for _, o := range p.listening {
		if o.forward(layer, x) {
			o.begun = true
		}
	}
	if p.traced != nil {
		p.traced.forward(layer, nil)
	}
	return p.Adopt(x)
}
