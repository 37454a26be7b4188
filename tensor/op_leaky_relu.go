package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// LeakyReLU returns x for x > 0 and slope * x elsewhere, element by element
// (PyTorch's default slope is 0.01). Its derivative is 1 for x > 0 and slope
// elsewhere, at 0 too.
func (t *Tensor) LeakyReLU(slope float64) *Tensor {
	y := unary("LeakyReLU", kernel.LeakyReLU, t, slope, 0)
	if n := record("leaky_relu", backLeakyReLU, y, t); n != nil {
		n.save(0, t)
		n.f[0] = slope
	}
	return y
}

func backLeakyReLU(c *context) {
	c.set(0, c.grad.Mul(c.saved(0).GtScalar(0).factor(c.grad.a.Type, 1, c.n.f[0])))
}
