package nn

import (
	"reflect"
	"strconv"

	"github.com/lumen-ml/lumen/tensor"
)

// Event is one operation's result, with the layer it happened in.
type Event struct {
	Op    string // the operation: "conv2d", "relu"
	Layer string // the innermost layer: "conv1"
	// Name is the layer's for its own operation, else layer.operation: a functional
	// ReLU after conv1 is "conv1.relu", a second one "conv1.relu.2".
	Name string
	// Output is the result itself, tracked in training: OnGrad hears its gradient.
	// Compute with Pass.Within(Output), which adds nothing to the graph, and copy what
	// is to be kept with Clone or Data.
	Output *tensor.Tensor

	own bool // the layer's own operation
}

// watch knows which layer an operation belongs to: the one whose Forward, or whose
// parameter, came last.
type watch struct {
	names  map[any]string    // of layers
	layers map[*Param]string // of the layer that has the parameter
	layer  string
	own    string          // the operation that has the layer's name; "": the first
	count  map[string]int  // of operations since the layer was entered
	used   map[*Param]bool // since the layer was entered
	told   bool            // f is running

	// entered, if not nil, hears of Enter, for Summary. layer is nil where a layer is
	// known by its parameter only.
	entered func(layer any, x *tensor.Tensor)
}

// Observe calls f with every operation's result under this Pass, under the names
// that layers have in root; f nil stops it. Observing changes no number.
func (p *Pass) Observe(root any, f func(Event)) {
	if f == nil {
		p.watch = nil
		p.OnOp(nil)
		return
	}
	names, layers := layersOf(root)
	w := &watch{names: names, layers: layers, count: map[string]int{}, used: map[*Param]bool{}}
	p.watch = w
	p.OnOp(func(op string, t *tensor.Tensor) {
		if w.told { // f computes something itself
			return
		}
		w.told = true
		defer func() { w.told = false }()
		f(w.event(op, t))
	})
}

func (w *watch) event(op string, t *tensor.Tensor) Event {
	e := Event{Op: op, Layer: w.layer, Name: w.layer, Output: t}
	e.own = w.own == op && w.count[op] == 0 || w.own == "" && len(w.count) == 0
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
	w.count[op]++
	return e
}

// operator is a layer whose own operation is not the first it records, or that may
// record none.
type operator interface{ operation() string }

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
	if p.watch != nil {
		if name, ok := p.watch.names[layer]; ok {
			p.watch.enter(name)
			if o, ok := layer.(operator); ok {
				p.watch.own = o.operation()
			}
			if p.watch.entered != nil {
				p.watch.entered(layer, x)
			}
		}
	}
	if p.trace != nil {
		if name, ok := p.trace.names[layer]; ok {
			p.SetLayer(name)
		}
	}
	return p.Adopt(x)
}

// param notes the use of a parameter: its layer begins, unless it is running already
// and has not come to this parameter yet.
func (w *watch) param(q *Param) {
	name, ok := w.layers[q]
	if !ok {
		return
	}
	if name != w.layer || w.used[q] {
		w.enter(name)
		if w.entered != nil {
			w.entered(nil, nil)
		}
	}
	w.used[q] = true
}

func (w *watch) enter(layer string) {
	w.layer, w.own = layer, ""
	clear(w.count)
	clear(w.used)
}

// parent is a name without its last part.
func parent(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return ""
}
