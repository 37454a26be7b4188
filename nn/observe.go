package nn

import (
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
	// Output is the result. Copy what is to be kept.
	Output *tensor.Tensor
}

// watch knows which layer an operation belongs to: the one whose Forward, or whose
// parameter, came last.
type watch struct {
	names  map[any]string    // of layers
	layers map[*Param]string // of the layer that has the parameter
	layer  string
	count  map[string]int // of operations since the layer was entered
}

// Observe calls f with every operation's result under this Pass, under the names
// that layers have in root; f nil stops it. Observing changes no number.
func (p *Pass) Observe(root any, f func(Event)) {
	if f == nil {
		p.watch = nil
		p.OnOp(nil)
		return
	}
	w := &watch{names: map[any]string{}, layers: map[*Param]string{}, count: map[string]int{}}
	walk(root, func(name string, v any) {
		switch v := v.(type) {
		case *Param:
			if _, ok := w.layers[v]; !ok {
				w.layers[v] = parent(name)
			}
		case *Buffer:
		default:
			if _, ok := w.names[v]; !ok {
				w.names[v] = name
			}
		}
	})
	p.watch = w
	p.OnOp(func(op string, t *tensor.Tensor) {
		e := Event{Op: op, Layer: w.layer, Name: w.layer, Output: t}
		if len(w.count) > 0 || w.layer == "" {
			e.Name = join(w.layer, op)
			if n := w.count[op]; n > 0 {
				e.Name = join(e.Name, strconv.Itoa(n+1))
			}
		}
		w.count[op]++
		f(e)
	})
}

// Enter tells an observer that layer's Forward begins. Layers without parameters
// call it; those with parameters are known by Use.
func (p *Pass) Enter(layer any) {
	if p.watch != nil {
		if name, ok := p.watch.names[layer]; ok {
			p.watch.enter(name)
		}
	}
}

func (w *watch) param(q *Param) {
	if name, ok := w.layers[q]; ok && (name != w.layer || len(w.count) > 0) {
		w.enter(name)
	}
}

func (w *watch) enter(layer string) {
	w.layer = layer
	clear(w.count)
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
