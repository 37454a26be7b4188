package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// Graph is the network as TensorBoard draws it: every operation in a box of its layer, with what it gets its operands from and
// the shape of its result, and the parameters. m runs once, in inference, on a batch of zeros of the shape input. The
// error is that of nn.CheckInput if it does not take that.
func Graph(m nn.Module, input ...int) (*tensorboard.Graph, error) {
	if err := nn.CheckInput(m, input...); err != nil {
		return nil, err
	}
	dtype := tensor.Float32
	for _, p := range nn.Parameters(m) {
		dtype = p.Value().DType()
		break
	}
	g, ok := traced(m, tensor.ZerosOf(dtype, input...))
	if !ok { // numbers of words, which CheckInput tried too
		g, _ = traced(m, tensor.ZerosOf(tensor.Int64, input...))
	}
	return g, nil
}

// traced runs m on x; ok is false if m takes another type.
func traced(m nn.Module, x *tensor.Tensor) (g *tensorboard.Graph, ok bool) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *tensor.DTypeError:
			g, ok = nil, false
		default:
			panic(p)
		}
	}()
	d := newDrawing(x.Shape())
	for name, p := range nn.Named(m) {
		d.parameter(name, p.Shape(), p.Frozen())
	}
	p := nn.Inference()
	p.Listen(m, d.operation)
	x = p.Adopt(x)
	d.made[x] = d.nodes[0].Name
	m.Forward(p, x)
	return &tensorboard.Graph{Nodes: d.nodes}, true
}

// drawing collects a graph's nodes, that of the input first.
type drawing struct {
	nodes  []tensorboard.Node
	names  map[string]int                // how often a name was wanted
	params map[string][]tensorboard.Node // by layer, until shown
	made   map[*tensor.Tensor]string     // the node whose result a tensor is
}

// newDrawing has the input's node; its shape is nil if it is not known.
func newDrawing(input []int) *drawing {
	d := &drawing{names: map[string]int{}, params: map[string][]tensorboard.Node{}, made: map[*tensor.Tensor]string{}}
	d.nodes = append(d.nodes, tensorboard.Node{Name: d.unique("input"), Op: "Input", Shape: input})
	return d
}

func (d *drawing) parameter(name string, shape []int, frozen bool) {
	layer := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		layer = name[:i]
	}
	node := tensorboard.Node{Name: d.unique(scoped(name)), Op: "Parameter", Shape: shape}
	if frozen {
		node.Text = "frozen"
	}
	d.params[layer] = append(d.params[layer], node)
}

// scoped is a name of Lumen with TensorBoard's separator.
func scoped(name string) string { return strings.ReplaceAll(name, ".", "/") }

// unique is the name, with a number if it was wanted before, as where a layer is used twice.
func (d *drawing) unique(name string) string {
	n := d.names[name]
	d.names[name]++
	if n > 0 {
		return d.unique(fmt.Sprintf("%s_%d", name, n))
	}
	return name
}

// operation hears of one.
func (d *drawing) operation(e nn.Event) {
	var inputs []string
	for _, x := range e.Operands { // of which parameters and constants were not made here
		if name, ok := d.made[x]; ok && !slices.Contains(inputs, name) {
			inputs = append(inputs, name)
		}
	}
	d.made[e.Output] = d.add(e.Layer, e.Op, e.Name == e.Layer, e.Output.Shape(), inputs)
}

// add makes an operation's node; own is whether it is its layer's, whose parameters it then gets.
func (d *drawing) add(layer, op string, own bool, shape []int, inputs []string) string {
	if own || layer == "" {
		for _, p := range d.params[layer] {
			d.nodes = append(d.nodes, p)
			inputs = append(inputs, p.Name)
		}
		delete(d.params, layer)
	}
	name := op
	if layer != "" {
		name = scoped(layer) + "/" + op
	}
	name = d.unique(name)
	d.nodes = append(d.nodes, tensorboard.Node{Name: name, Op: op, Inputs: inputs, Shape: shape})
	return name
}

// chain is the graph as a record of a step has it: the operations in their order, each behind the one before it, since a record does
// not say where its operands came from.
func chain(s *probe.Step) *tensorboard.Graph {
	d := newDrawing(nil)
	for i := range s.Params {
		p := &s.Params[i]
		d.parameter(p.Name, p.Shape, p.Frozen)
	}
	before := d.nodes[0].Name
	for i := range s.Layers {
		l := &s.Layers[i]
		layer := layerOf(l)
		before = d.add(layer, l.Op, layer == l.Name, l.Shape, []string{before})
	}
	return &tensorboard.Graph{Nodes: d.nodes}
}

// layerOf is the layer in which an operation happened, whose name it has behind the layer's unless it is its own:
// "conv1" of "conv1.relu" and "conv1.relu.2".
func layerOf(l *probe.Layer) string {
	if l.Name == l.Op {
		return ""
	}
	name := l.Name
	if i := strings.LastIndexByte(name, '.'); i > 0 && strings.Trim(name[i+1:], "0123456789") == "" {
		name = name[:i]
	}
	if layer, ok := strings.CutSuffix(name, "."+l.Op); ok {
		return layer
	}
	return l.Name
}
