package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// Erf returns the error function, element by element. Its derivative is
// 2/sqrt(pi) e^(-x^2).
func (t *Tensor) Erf() *Tensor {
	y := unary("Erf", kernel.Erf, t, 0, 0)
	if n := record("erf", backErf, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backErf(c *context) {
	c.set(0, c.grad.Mul(c.saved(0).Square().Neg().Exp().MulScalar(2/math.Sqrt(math.Pi))))
}
