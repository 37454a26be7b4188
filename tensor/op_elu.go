package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// ELU returns x for x > 0 and alpha (e^x - 1) elsewhere, element by element
// (PyTorch's default alpha is 1). Its derivative is 1 for x > 0 and alpha e^x
// elsewhere. Clevert, Unterthiner and Hochreiter (2016).
func (t *Tensor) ELU(alpha float64) *Tensor {
	y := unary("ELU", kernel.ELU, t, alpha, 0)
	if n := record("elu", backELU, y, t); n != nil {
		n.save(0, t)
		n.f[0] = alpha
	}
	return y
}

func backELU(c *context) {
	x := c.saved(0)
	positive := x.LeScalar(0)
	positive.device().Not(&positive.a, &positive.a) // or NaN, where the gradient passes as in PyTorch
	// The exponential of what is above 0 is not used and must not overflow.
	left := x.Clamp(math.Inf(-1), 0).Exp().MulScalar(c.n.f[0]).zeroWhere(positive)
	c.set(0, c.grad.Mul(left.Add(positive.To(x.a.Type))))
}
