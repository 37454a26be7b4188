package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Log returns the natural logarithm, element by element: -Inf at 0, NaN below. Its
// derivative is 1/x.
func (t *Tensor) Log() *Tensor {
	y := unary("Log", kernel.Log, t, 0, 0)
	if n := record("log", backLog, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backLog(c *context) { c.set(0, c.grad.Div(c.saved(0))) }

// Log1p returns log(1+x) without losing digits near 0. Its derivative is 1/(1+x).
func (t *Tensor) Log1p() *Tensor {
	y := unary("Log1p", kernel.Log1p, t, 0, 0)
	if n := record("log1p", backLog1p, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backLog1p(c *context) { c.set(0, c.grad.Div(c.saved(0).AddScalar(1))) }
