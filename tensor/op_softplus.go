package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// softplusThreshold is where Softplus becomes the identity, as in PyTorch.
const softplusThreshold = 20

// Softplus returns log(1+e^x), element by element, and x itself above 20, as PyTorch
// does. Its derivative is sigmoid(x), and 1 above 20.
func (t *Tensor) Softplus() *Tensor {
	y := unary("Softplus", kernel.Softplus, t, 0, 0)
	if n := record("softplus", backSoftplus, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backSoftplus(c *context) {
	x := c.saved(0)
	linear := x.GtScalar(softplusThreshold)
	c.set(0, c.grad.Mul(x.Sigmoid().zeroWhere(linear).Add(linear.To(x.a.Type))))
}
