package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Sin returns the sine of x in radians, element by element. Its derivative is cos(x).
func (t *Tensor) Sin() *Tensor {
	y := unary("Sin", kernel.Sin, t, 0, 0)
	if n := record("sin", backSin, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backSin(c *context) { c.set(0, c.grad.Mul(c.saved(0).Cos())) }

// Cos returns the cosine of x in radians, element by element. Its derivative is
// -sin(x).
func (t *Tensor) Cos() *Tensor {
	y := unary("Cos", kernel.Cos, t, 0, 0)
	if n := record("cos", backCos, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backCos(c *context) { c.set(0, c.grad.Mul(c.saved(0).Sin()).Neg()) }
