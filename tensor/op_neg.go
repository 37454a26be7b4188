package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Neg returns -t. Integers wrap around.
func (t *Tensor) Neg() *Tensor {
	y := unaryNumber("Neg", kernel.Neg, t, 0, 0)
	record("neg", backNeg, y, t)
	return y
}

func backNeg(c *context) { c.set(0, c.grad.Neg()) }
