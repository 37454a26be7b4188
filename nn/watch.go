package nn

import (
	"weak"

	"github.com/lumen-ml/lumen/tensor"
)

// watch knows which layer an operation belongs to: the one whose Forward, or whose
// parameter, came last, but an activation to the one whose result it is given.
type watch struct {
	names  map[any]string    // of layers
	layers map[*Param]string // of the layer that has the parameter

	layer   string
	input   *tensor.Tensor                         // of the layer, if it is known
	own     string                                 // the operation that has the layer's name; "": the first
	count   map[string]int                         // of operations since the layer was entered
	used    map[*Param]bool                        // since the layer was entered
	running string                                 // the layer of the operation that began last
	made    map[weak.Pointer[tensor.Tensor]]string // the layers of results, which it does not keep

	// entered, if not nil, hears of Enter, for Summary. layer is nil where a layer is
	// known by its parameter only.
	entered func(layer any, x *tensor.Tensor)
}

// newWatch knows the layers of roots; what several have a name for has that of the last.
func newWatch(roots ...any) watch {
	w := watch{names: map[any]string{}, layers: map[*Param]string{}, count: map[string]int{}, used: map[*Param]bool{},
		made: map[weak.Pointer[tensor.Tensor]]string{}}
	for _, root := range roots {
		seen := map[any]bool{}
		walk(root, func(name string, v any) {
			if seen[v] {
				return
			}
			seen[v] = true
			switch v := v.(type) {
			case *Param:
				w.layers[v] = parent(name)
			case *Buffer:
			default:
				w.names[v] = name
			}
		})
	}
	return w
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

// operator is a layer whose own operation is not the first it records, or that may
// record none.
type operator interface{ operation() string }

// forward notes that the Forward of layer begins, and reports whether layer is known.
func (w *watch) forward(layer any, x *tensor.Tensor) bool {
	name, ok := w.names[layer]
	if !ok {
		return false
	}
	w.enter(name, x)
	if l, ok := layer.(operator); ok {
		w.own = l.operation()
	}
	if w.entered != nil {
		w.entered(layer, x)
	}
	return true
}

// param notes the use of a parameter, and reports whether it is known: its layer begins, unless it is running
// already and has not come to this parameter yet.
func (w *watch) param(q *Param) bool {
	name, ok := w.layers[q]
	if !ok {
		return false
	}
	if name != w.layer || w.used[q] {
		w.enter(name, nil)
		if w.entered != nil {
			w.entered(nil, nil)
		}
	}
	w.used[q] = true
	return true
}

func (w *watch) enter(layer string, x *tensor.Tensor) {
	w.layer, w.input, w.own = layer, x, ""
	clear(w.count)
	clear(w.used)
}

// activations are the operations that belong to the layer before them, by both of their names.
var activations = map[string]bool{"relu": true, "relu_in_place": true, "leaky_relu": true, "elu": true, "gelu": true,
	"gelu_tanh": true, "silu": true, "softplus": true, "sigmoid": true, "tanh": true, "clamp": true,
	"ReLU": true, "ReLUInPlace": true, "LeakyReLU": true, "ELU": true, "GELU": true, "GELUTanh": true, "SiLU": true,
	"Softplus": true, "Sigmoid": true, "Tanh": true, "Clamp": true}

// begin returns the layer of an operation with this first operand: the running one or, of an activation
// that is not the running layer's own, the one whose result the operand is.
func (w *watch) begin(op string, operand *tensor.Tensor) string {
	w.running = w.layer
	own := w.layer != "" && w.own == "" && len(w.count) == 0
	if activations[op] && !own && operand != nil {
		if from := w.made[weak.Make(operand)]; from != "" {
			w.running = from
		}
	}
	return w.running
}

// mostMade bounds how many results' layers are known: in inference no Backward says where a step ends.
const mostMade = 1 << 14

// end notes the result of the operation that began.
func (w *watch) end(op string, result *tensor.Tensor) {
	if len(w.made) >= mostMade {
		clear(w.made)
	}
	w.made[weak.Make(result)] = w.running
	if w.running == w.layer {
		w.count[op]++
	}
}
