package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Sign returns -1, 0 or 1, element by element. Its derivative is 0.
func (t *Tensor) Sign() *Tensor {
	y := unaryNumber("Sign", kernel.Sign, t, 0, 0)
	record("sign", backZero, y, t)
	return y
}
