package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// Norm returns the p-norm over the given dimensions, which are dropped; over all of
// them if none is given: (sum |x|^p)^(1/p), the greatest |x| for p = +Inf, the
// smallest for -Inf, and how many elements are not 0 for p = 0. t must be float.
//
// Where the norm is 0 its gradient is 0; for p = Inf and -Inf elements that tie share
// it, as in PyTorch.
func (t *Tensor) Norm(p float64, dims ...int) *Tensor {
	s := begin("Norm", t)
	floats("Norm", t)
	if math.IsNaN(p) {
		badShape("Norm", []*Tensor{t}, "the order p is NaN; a number, or math.Inf(1) for the greatest element, is wanted")
	}
	mask := t.mask("Norm", dims)
	if math.IsInf(p, 0) && t.count(mask) == 0 && t.Numel() == 0 {
		badShape("Norm", []*Tensor{t}, "there is no greatest or smallest of no elements; p = %v needs at least one", p)
	}
	y, out := reduction(s, t, mask, t.a.Type, false)
	d := t.device()
	switch {
	case p == 0:
		zero := t.NeScalar(0).To(t.a.Type)
		d.Reduce(kernel.Sum, &out, &zero.a, mask)
	case p == 1:
		d.Reduce(kernel.SumAbs, &out, &t.a, mask)
	case p == 2:
		d.Reduce(kernel.SumSquares, &out, &t.a, mask)
		d.Unary(kernel.Sqrt, &out, &out, 0, 0)
	default:
		size := like(s, t)
		d.Unary(kernel.Abs, &size.a, &t.a, 0, 0)
		switch {
		case math.IsInf(p, 1):
			d.Reduce(kernel.Max, &out, &size.a, mask)
		case math.IsInf(p, -1):
			d.Reduce(kernel.Min, &out, &size.a, mask)
		default:
			d.Unary(kernel.PowScalar, &size.a, &size.a, p, 0)
			d.Reduce(kernel.Sum, &out, &size.a, mask)
			d.Unary(kernel.PowScalar, &out, &out, 1/p, 0)
		}
		size.discard()
	}
	if n := record("norm", backNorm, y, t); n != nil {
		n.save(0, t)
		n.save(1, y)
		n.i[0] = int(mask)
		n.f[0] = p
	}
	return y
}

// backNorm: d |x|_p / d x = sign(x) |x|^(p-1) / |x|_p^(p-1).
func backNorm(c *context) {
	mask, p := uint8(c.n.i[0]), c.n.f[0]
	x := c.saved(0)
	g, y := c.unreduced(c.grad, mask), c.unreduced(c.saved(1), mask)
	switch {
	case p == 0:
		c.set(0, x.zeros())
	case p == 1:
		c.set(0, x.Sign().Mul(g))
	case p == 2:
		c.set(0, x.Mul(g.Div(y)).zeroWhere(y.EqScalar(0)))
	case math.IsInf(p, 0):
		// Ties share the gradient; with a NaN the elements that are NaN do.
		size := x.Abs()
		other := size.Ne(y)
		other.device().Logical(kernel.And, &other.a, &other.a, &size.Eq(size).a)
		tied := other.factor(x.a.Type, 0, 1)
		share := tied.Div(tied.SumKeep(dimsOf(mask)...))
		c.set(0, x.Sign().Mul(share).Mul(g))
	case p < 1:
		size := x.Abs().Pow(p - 1).zeroWhere(x.EqScalar(0))
		c.set(0, x.Sign().Mul(size).Mul(g.Mul(y.Pow(1-p))))
	default:
		scale := g.Div(y.Pow(p - 1)).zeroWhere(y.EqScalar(0))
		c.set(0, x.Sign().Mul(x.Abs().Pow(p-1)).Mul(scale))
	}
}
