package tensor

import "slices"

// OnOpStart sets what is called when an operation begins to compute, with its name as
// errors have it ("Conv2d") and its layer as SetLayers knows it, and again, with two
// empty strings, when it is done; nil stops that. An operation that calls others is
// done when the first of them is. In Backward the name is that of the operation whose
// gradients are computed with "Backward" behind it ("conv2dBackward") and the layer the one
// it was recorded in. Profilers listen; nothing that is computed changes.
func (s *Scope) OnOpStart(f func(op, layer string)) { s.starting = f }

// Layers knows which layer each operation in a Scope belongs to.
type Layers interface {
	// LayerOf is asked when an operation begins, with its name as OnOpStart has it and its first operand.
	LayerOf(op string, operand *Tensor) string
	// Made is told of the operation's result, with its name as OnOp has it.
	Made(op string, result *Tensor)
}

// SetLayers sets what names the layers for OnOpStart, and is asked while somebody listens to that; with nil
// they have no names.
func (s *Scope) SetLayers(l Layers) { s.layers = l }

// Done is what an operation, or the backward of one, has computed. Who is told must copy
// what is to be kept, with Data or Clone, and must compute nothing within.
type Done struct {
	Op       string // as OnOp has it, without "Backward": "conv2d"
	Backward bool
	// Results is the result alone. In Backward it is what this operation adds to the gradient
	// of each operand, nil where none is wanted.
	Results []*Tensor
	Bytes   int     // of the results' memory that is no operand's
	Grad    *Tensor // in Backward: of the operation's result
	Note    any     // in Backward: what Annotate left at the result
}

// OnOpDone calls f with what every operation in this Scope computes, and in Backward with
// the gradients that each makes, until stop is called. Unlike OnOp it leaves operations fused,
// and any number may listen.
func (s *Scope) OnOpDone(f func(*Done)) (stop func()) {
	if f == nil {
		badGraph("OnOpDone", "a function is wanted, not nil")
	}
	s.ended = append(slices.Clip(s.ended), &f)
	return func() {
		s.ended = slices.DeleteFunc(slices.Clone(s.ended), func(g *func(*Done)) bool { return g == &f })
		if len(s.ended) == 0 {
			s.ended = nil
		}
	}
}

// Annotate leaves a note at t for OnOpDone, which hands it out with the backward of the
// operation that made t. A tensor that no recorded operation made has no use for one.
func (t *Tensor) Annotate(note any) {
	notNil("Annotate", t)
	if t.node != nil && !t.node.leaf {
		t.node.beside().note = note
	}
}

// start tells of an operation with its first operand. Reading and sharing a tensor check their operand like
// one, but compute nothing and record no result.
func (s *Scope) start(op string, operand *Tensor) {
	switch op {
	case "Backward", "Data", "Detach", "GradOf", "Item", "Leaf", "SetGrad", "String", "Within":
	default:
		if s.back {
			return
		}
		s.layer = ""
		if s.layers != nil {
			s.layer = s.layers.LayerOf(op, operand)
		}
		s.starting(op, s.layer)
	}
}

// startBack tells of the backward of n.
func (s *Scope) startBack(n *node) {
	if s != nil && s.starting != nil {
		layer := ""
		if n.side != nil {
			layer = n.layer
		}
		s.starting(n.name+"Backward", layer)
	}
}

// done tells that an operation is over.
func (s *Scope) done() {
	if s.starting != nil {
		s.starting("", "")
	}
}

// tellResult tells of an operation's result.
func (s *Scope) tellResult(name string, y *Tensor, in []*Tensor) {
	d := &Done{Op: name, Results: []*Tensor{y}, Bytes: bytesOf(y)}
	for _, t := range in {
		if t != nil && t.a.Buf == y.a.Buf {
			d.Bytes = 0
		}
	}
	s.tellDone(d)
}

// tellGradients tells what the backward of the present node has made.
func (w *walk) tellGradients() {
	d := &Done{Op: w.c.n.name, Backward: true, Results: w.c.made, Grad: w.c.grad}
	if w.c.n.side != nil {
		d.Note = w.c.n.note
	}
	for i, g := range d.Results {
		shared := g == nil || g.a.Buf == w.c.grad.a.Buf
		for _, other := range d.Results[:i] {
			shared = shared || other != nil && other.a.Buf == g.a.Buf
		}
		if !shared {
			d.Bytes += bytesOf(g)
		}
	}
	w.c.n.scope.tellDone(d)
}

func (s *Scope) tellDone(d *Done) {
	for _, f := range s.ended {
		(*f)(d)
	}
}

// bytesOf is the memory that a tensor's elements take, each counted once.
func bytesOf(t *Tensor) int { return min(t.Numel()*t.a.Type.Size(), t.a.Buf.Bytes()) }

// listenedTo reports whether anybody is to hear of the gradients that n makes.
func (n *node) listenedTo() bool { return n.scope != nil && n.scope.ended != nil }
