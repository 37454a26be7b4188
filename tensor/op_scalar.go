package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// AddScalar returns t + v. v takes t's element type: of an integer tensor's only the
// whole part counts.
func (t *Tensor) AddScalar(v float64) *Tensor {
	y := unaryNumber("AddScalar", kernel.AddScalar, t, v, 0)
	record("add_scalar", backAddScalar, y, t)
	return y
}

func backAddScalar(c *context) { c.set(0, c.grad) }

// SubScalar returns t - v. v takes t's element type, as in AddScalar.
func (t *Tensor) SubScalar(v float64) *Tensor {
	y := unaryNumber("SubScalar", kernel.AddScalar, t, -v, 0)
	record("sub_scalar", backAddScalar, y, t)
	return y
}

// MulScalar returns t * v. v takes t's element type: an integer tensor times 0.5 is
// zero; convert it with To first.
func (t *Tensor) MulScalar(v float64) *Tensor {
	y := unaryNumber("MulScalar", kernel.MulScalar, t, v, 0)
	if n := record("mul_scalar", backMulScalar, y, t); n != nil {
		n.f[0] = v
	}
	return y
}

func backMulScalar(c *context) { c.set(0, c.grad.MulScalar(c.n.f[0])) }

// DivScalar returns t / v. t must be float; integers divide with To(tensor.Float32)
// first.
func (t *Tensor) DivScalar(v float64) *Tensor {
	y := unary("DivScalar", kernel.DivScalar, t, v, 0)
	if n := record("div_scalar", backDivScalar, y, t); n != nil {
		n.f[0] = v
	}
	return y
}

func backDivScalar(c *context) { c.set(0, c.grad.DivScalar(c.n.f[0])) }
