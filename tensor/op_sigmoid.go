package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Sigmoid returns 1/(1+e^-x), element by element. Its derivative is y(1-y).
func (t *Tensor) Sigmoid() *Tensor {
	y := unary("Sigmoid", kernel.Sigmoid, t, 0, 0)
	if n := record("sigmoid", backSigmoid, y, t); n != nil {
		n.save(0, y)
	}
	return y
}

func backSigmoid(c *context) { c.set(0, activationGrad(c.grad, c.saved(0), ActSigmoid)) }

// LogSigmoid returns log(sigmoid(x)) = -log(1+e^-x), element by element, without
// overflow. Its derivative is sigmoid(-x).
func (t *Tensor) LogSigmoid() *Tensor {
	y := unary("LogSigmoid", kernel.LogSigmoid, t, 0, 0)
	if n := record("logsigmoid", backLogSigmoid, y, t); n != nil {
		n.save(0, t)
	}
	return y
}

func backLogSigmoid(c *context) { c.set(0, c.grad.Mul(c.saved(0).Neg().Sigmoid())) }
