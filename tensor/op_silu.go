package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// SiLU returns x sigmoid(x), element by element, also called Swish. Its derivative is
// s (1 + x (1-s)) with s = sigmoid(x).
func (t *Tensor) SiLU() *Tensor {
	y := unary("SiLU", kernel.SiLU, t, 0, 0)
	if n := record("silu", backSiLU, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backSiLU(c *context) {
	x := c.saved(0)
	s := x.Sigmoid()
	c.set(0, c.grad.Mul(s.Mul(x.Mul(s.Neg().AddScalar(1)).AddScalar(1))))
}
