package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Div returns t / o element by element, broadcast as in NumPy. t and o must be
// float; integers divide with To(tensor.Float32) first.
func (t *Tensor) Div(o *Tensor) *Tensor {
	notNil("Div", t, o)
	floats("Div", t, o)
	y := binary("Div", kernel.Div, t, o)
	if n := record("div", backDiv, y, t, o); n != nil {
		n.save(0, t)
		n.save(1, o)
	}
	return y
}

func backDiv(c *context) {
	o := c.saved(1)
	g := c.grad.Div(o)
	c.set(0, g)
	if c.needs(1) {
		c.set(1, g.Mul(c.saved(0).Div(o)).Neg())
	}
}
