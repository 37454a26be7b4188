package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// AddScalar returns t + v; v takes t's element type.
func (t *Tensor) AddScalar(v float64) *Tensor {
	y := unaryNumber("AddScalar", kernel.AddScalar, t, v, 0)
	record("add_scalar", backAddScalar, y, t)
	return y
}

func backAddScalar(c *context) { c.set(0, c.grad) }

// MulScalar returns t * v; v takes t's element type.
func (t *Tensor) MulScalar(v float64) *Tensor {
	y := unaryNumber("MulScalar", kernel.MulScalar, t, v, 0)
	if n := record("mul_scalar", backMulScalar, y, t); n != nil {
		n.f[0] = v
	}
	return y
}

func backMulScalar(c *context) { c.set(0, c.grad.MulScalar(c.n.f[0])) }

// Neg returns -t.
func (t *Tensor) Neg() *Tensor {
	y := unaryNumber("Neg", kernel.Neg, t, 0, 0)
	record("neg", backNeg, y, t)
	return y
}

func backNeg(c *context) { c.set(0, c.grad.Neg()) }
