package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Sqrt returns the square root, element by element: NaN below 0. Its derivative is
// 1/(2 sqrt(x)), infinite at 0.
func (t *Tensor) Sqrt() *Tensor {
	y := unary("Sqrt", kernel.Sqrt, t, 0, 0)
	if n := record("sqrt", backSqrt, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backSqrt(c *context) { c.set(0, c.grad.Div(c.saved(0).MulScalar(2))) }

// Rsqrt returns 1/sqrt(x), element by element: +Inf at 0, NaN below. Its derivative
// is -1/2 x^(-3/2).
func (t *Tensor) Rsqrt() *Tensor {
	y := unary("Rsqrt", kernel.Rsqrt, t, 0, 0)
	if n := record("rsqrt", backRsqrt, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backRsqrt(c *context) { c.set(0, c.grad.Mul(c.saved(0).Pow(3)).MulScalar(-0.5)) }
