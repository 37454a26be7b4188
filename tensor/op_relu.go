package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// ReLU returns max(x, 0), element by element; NaN stays NaN. Its derivative is 1
// for x > 0 and 0 elsewhere, at 0 too.
func (t *Tensor) ReLU() *Tensor {
	y := unaryNumber("ReLU", kernel.ReLU, t, 0, 0)
	if n := record("relu", backRelu, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backRelu(c *context) { c.set(0, c.activationGrad(c.grad, c.saved(0), ActReLU)) }
