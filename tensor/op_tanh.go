package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Tanh returns the hyperbolic tangent, element by element. Its derivative is
// 1 - tanh(x)^2.
func (t *Tensor) Tanh() *Tensor {
	y := unary("Tanh", kernel.Tanh, t, 0, 0)
	if n := record("tanh", backTanh, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backTanh(c *context) {
	y := c.saved(0)
	if !c.create {
		c.set(0, gradient(kernel.TanhGrad, c.grad, y))
		return
	}
	c.set(0, c.grad.Mul(y.Mul(y).Neg().AddScalar(1)))
}
