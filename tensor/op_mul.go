package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Mul returns t * o element by element, broadcast as in NumPy.
func (t *Tensor) Mul(o *Tensor) *Tensor {
	y := binary("Mul", kernel.Mul, t, o)
	if n := record("mul", backMul, y, t, o); n != nil {
		n.save(0, t)
		n.save(1, o)
	}
	return y
}

func backMul(c *context) {
	if c.needs(0) {
		c.set(0, c.grad.Mul(c.saved(1)))
	}
	if c.needs(1) {
		c.set(1, c.grad.Mul(c.saved(0)))
	}
}
