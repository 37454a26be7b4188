package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// Pow returns t to the power of exponent, element by element: x^0 is 1 for every x,
// a negative x to a power that is not whole is NaN. Its derivative is
// exponent * x^(exponent-1), and 0 for an exponent of 0.
//
// Integers take whole exponents from 0 on and wrap around.
func (t *Tensor) Pow(exponent float64) *Tensor {
	notNil("Pow", t)
	if t.a.Type.IsInteger() && (exponent < 0 || exponent != math.Trunc(exponent) || math.IsInf(exponent, 0)) {
		badType("Pow", []*Tensor{t}, "integers take whole exponents from 0 on, not %v; convert with To(tensor.Float32)", exponent)
	}
	y := unaryNumber("Pow", kernel.PowScalar, t, exponent, 0)
	if n := record("pow", backPow, y, t); n != nil {
		n.save(0, t)
		n.f[0] = exponent
	}
	return y
}

func backPow(c *context) {
	e := c.n.f[0]
	if e == 0 {
		backZero(c)
		return
	}
	c.set(0, c.grad.Mul(c.saved(0).Pow(e-1).MulScalar(e)))
}

// Square returns t * t. Its derivative is 2x.
func (t *Tensor) Square() *Tensor {
	y := unaryNumber("Square", kernel.Square, t, 0, 0)
	if n := record("square", backSquare, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backSquare(c *context) { c.set(0, c.grad.Mul(c.saved(0)).MulScalar(2)) }
