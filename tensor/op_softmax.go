package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Softmax returns e^x / sum(e^x), the sums along dim: every line along dim becomes
// positive numbers that add up to 1. It does not overflow. A line that holds NaN or
// +Inf, or nothing but -Inf, becomes NaN, as in PyTorch. t must be float.
func (t *Tensor) Softmax(dim int) *Tensor { return t.softmax("Softmax", dim, nd.PlainSoftmax) }

// LogSoftmax returns x - log(sum(e^x)), the sums along dim: the logarithm of
// Softmax, without its rounding to 0. t must be float.
func (t *Tensor) LogSoftmax(dim int) *Tensor { return t.softmax("LogSoftmax", dim, nd.LogSoftmax) }

var softmaxNames = [...]string{nd.PlainSoftmax: "softmax", nd.LogSoftmax: "log_softmax", nd.SafeSoftmax: "softmax"}

func (t *Tensor) softmax(op string, dim int, kind nd.SoftmaxKind) *Tensor {
	s := begin(op, t)
	floats(op, t)
	if t.a.Rank == 0 && (dim == 0 || dim == -1) {
		return t.Reshape(1).softmax(op, 0, kind).Reshape()
	}
	d := t.dim(op, dim)
	x := t.contiguous()
	y := like(s, t)
	y.device().Softmax(&y.a, &x.a, d, kind)
	if n := record(softmaxNames[kind], backSoftmax, y, t); n != nil {
		n.save(0, y)
		n.i = [8]int{d, int(kind)}
	}
	return y
}

// backSoftmax: y * (g - sum(g*y)), and of the logarithm g - e^y * sum(g).
func backSoftmax(c *context) {
	y, g, d, log := c.saved(0), c.grad, c.n.i[0], c.n.i[1] == int(nd.LogSoftmax)
	switch {
	case !c.create:
		g = g.contiguous()
		dx := like(begin(c.n.name, g, y), y)
		dx.device().SoftmaxBack(&dx.a, &y.a, &g.a, d, log)
		c.set(0, dx)
	case log:
		c.set(0, g.Sub(y.Exp().Mul(g.SumKeep(d))))
	default:
		c.set(0, y.Mul(g.Sub(g.Mul(y).SumKeep(d))))
	}
}
