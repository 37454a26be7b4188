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

func backTanh(c *context) { c.set(0, activationGrad(c.grad, c.saved(0), ActTanh)) }
