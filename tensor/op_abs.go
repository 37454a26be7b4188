package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Abs returns |x|, element by element. Its derivative is the sign of x, 0 at 0. The
// lowest value of an integer type stays as it is.
func (t *Tensor) Abs() *Tensor {
	y := unaryNumber("Abs", kernel.Abs, t, 0, 0)
	if n := record("abs", backAbs, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backAbs(c *context) {
	x := c.saved(0)
	if !c.create {
		c.set(0, gradient(kernel.AbsGrad, c.grad, x))
		return
	}
	c.set(0, c.grad.Mul(x.Sign()))
}
