package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// A gradient within Backward that one node holds, and nobody else has seen, may be
// overwritten by what takes its place. That saves a buffer, and the processor one stream
// of memory, in each residual block.

// own reports whether g is memory of this Backward that one node or none holds.
func (c *context) own(g *Tensor) bool {
	b := g.a.Buf
	return !c.create && g.node == nil && b.State == nd.Temp && b.Uses <= 1 && !b.Pinned.Load() && g.a.Contiguous()
}

// last reports whether what is made of g may be written over it: g was made by the
// operation itself, or is the gradient of its result, which is dropped after it.
func (c *context) last(g *Tensor) bool {
	return c.own(g) && (g.a.Buf.Uses == 0 || g.a.Buf == c.grad.a.Buf && c.walk.xs == nil && !c.told)
}

// twice reports whether the node of input i is another input as well: what the
// operation gave the one it may yet use for the other.
func (c *context) twice(i int) bool {
	m := c.n.edge(i).node
	for j := range c.n.edges() {
		if j != i && c.n.edge(j).node == m {
			return true
		}
	}
	return false
}

// activationGrad is the function of this name, written over g if g is not needed any more.
func (c *context) activationGrad(g, y *Tensor, a Activation) *Tensor {
	if a == ActReLU && y.node == nil && c.last(g) && y.a.Contiguous() && nd.SameShape(&g.a, &y.a) && g.a.Type == y.a.Type {
		begin("ReLU", g, y)
		g.device().Binary(kernel.ReLUGrad, &g.a, &g.a, &y.a)
		return g
	}
	return activationGrad(g, y, a)
}
