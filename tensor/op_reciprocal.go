package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Reciprocal returns 1/x, element by element. Its derivative is -1/x^2.
func (t *Tensor) Reciprocal() *Tensor {
	y := unary("Reciprocal", kernel.Reciprocal, t, 0, 0)
	if n := record("reciprocal", backReciprocal, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backReciprocal(c *context) { c.set(0, c.grad.Mul(c.saved(0).Square()).Neg()) }
