package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// GELU returns x Phi(x), element by element, where Phi is the normal distribution's
// cumulative function: x/2 (1 + erf(x/sqrt(2))). Its derivative is Phi(x) + x phi(x).
// Hendrycks and Gimpel (2016).
func (t *Tensor) GELU() *Tensor {
	y := unary("GELU", kernel.GELU, t, 0, 0)
	if n := record("gelu", backGELU, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backGELU(c *context) {
	x := c.saved(0)
	cumulative := x.MulScalar(1 / math.Sqrt2).Erf().AddScalar(1).MulScalar(0.5)
	density := x.Square().MulScalar(-0.5).Exp().MulScalar(1 / math.Sqrt(2*math.Pi))
	c.set(0, c.grad.Mul(cumulative.Add(x.Mul(density))))
}

// GELUTanh returns the usual approximation of GELU, PyTorch's approximate="tanh":
// x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
func (t *Tensor) GELUTanh() *Tensor {
	y := unary("GELUTanh", kernel.GELUTanh, t, 0, 0)
	if n := record("gelu_tanh", backGELUTanh, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backGELUTanh(c *context) {
	const cubic = 0.044715
	scale := math.Sqrt(2 / math.Pi)
	x := c.saved(0)
	square := x.Square()
	tanh := x.Mul(square.MulScalar(cubic).AddScalar(1)).MulScalar(scale).Tanh()
	inner := square.MulScalar(3 * cubic).AddScalar(1).MulScalar(scale) // derivative of tanh's argument
	right := x.Mul(tanh.Square().Neg().AddScalar(1)).Mul(inner)
	c.set(0, c.grad.Mul(tanh.AddScalar(1).Add(right).MulScalar(0.5)))
}
