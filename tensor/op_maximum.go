package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Maximum returns the larger of t and o element by element, broadcast as in NumPy;
// NaN if either is. Where they are equal each gets half of the gradient, where one
// is NaN each gets all of it, as in PyTorch.
func (t *Tensor) Maximum(o *Tensor) *Tensor {
	y := binary("Maximum", kernel.Maximum, t, o)
	if n := record("maximum", backMaximum, y, t, o); n != nil {
		n.save(0, t)
		n.save(1, o)
	}
	return y
}

func backMaximum(c *context) {
	t, o := c.saved(0), c.saved(1)
	g := halfWhereEqual(c.grad, t, o)
	if c.needs(0) {
		c.set(0, g.zeroWhere(t.Lt(o)))
	}
	if c.needs(1) {
		c.set(1, g.zeroWhere(t.Gt(o)))
	}
}

// Minimum returns the smaller of t and o, with the rules of Maximum.
func (t *Tensor) Minimum(o *Tensor) *Tensor {
	y := binary("Minimum", kernel.Minimum, t, o)
	if n := record("minimum", backMinimum, y, t, o); n != nil {
		n.save(0, t)
		n.save(1, o)
	}
	return y
}

func backMinimum(c *context) {
	t, o := c.saved(0), c.saved(1)
	g := halfWhereEqual(c.grad, t, o)
	if c.needs(0) {
		c.set(0, g.zeroWhere(t.Gt(o)))
	}
	if c.needs(1) {
		c.set(1, g.zeroWhere(t.Lt(o)))
	}
}

// halfWhereEqual is g, halved where two operands tie.
func halfWhereEqual(g, t, o *Tensor) *Tensor { return g.Mul(t.Eq(o).factor(g.a.Type, 0.5, 1)) }
