package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Exp returns e^x, element by element. It is its own derivative.
func (t *Tensor) Exp() *Tensor {
	y := unary("Exp", kernel.Exp, t, 0, 0)
	if n := record("exp", backExp, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backExp(c *context) { c.set(0, c.grad.Mul(c.saved(0))) }

// Expm1 returns e^x - 1 without losing digits near 0. Its derivative is e^x.
func (t *Tensor) Expm1() *Tensor {
	y := unary("Expm1", kernel.Expm1, t, 0, 0)
	if n := record("expm1", backExpm1, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backExpm1(c *context) { c.set(0, c.grad.Mul(c.saved(0).AddScalar(1))) }
