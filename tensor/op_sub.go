package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Sub returns t - o element by element, broadcast as in NumPy. Integers wrap around.
func (t *Tensor) Sub(o *Tensor) *Tensor {
	y := binary("Sub", kernel.Sub, t, o)
	recordBare("sub", backSub, y, t, o)
	return y
}

func backSub(c *context) {
	c.set(0, c.grad)
	if c.needs(1) {
		c.set(1, c.grad.Neg())
	}
}
