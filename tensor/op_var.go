package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// Var returns the variance over the given dimensions, which are dropped; over all of
// them if none is given. The sum of squared deviations, computed in two passes, is
// divided by n-1 (PyTorch's default): one element has variance NaN. t must be float.
func (t *Tensor) Var(dims ...int) *Tensor { return t.variance("Var", dims, false) }

// VarKeep is Var with the dimensions kept at length 1.
func (t *Tensor) VarKeep(dims ...int) *Tensor { return t.variance("VarKeep", dims, true) }

// Std returns the standard deviation, the square root of Var. Where it is 0 its
// gradient is 0, as in PyTorch.
func (t *Tensor) Std(dims ...int) *Tensor { return t.deviation("Std", dims, false) }

// StdKeep is Std with the dimensions kept at length 1.
func (t *Tensor) StdKeep(dims ...int) *Tensor { return t.deviation("StdKeep", dims, true) }

// moments computes the mean, with the dimensions in mask at length 1, and the
// variance.
func (t *Tensor) moments(op string, dims []int, keep bool) (mean, variance *Tensor, mask uint8) {
	s := begin(op, t)
	floats(op, t)
	mask = t.mask(op, dims)
	mean, m := reduction(s, t, mask, t.a.Type, true)
	variance, v := reduction(s, t, mask, t.a.Type, keep)
	d := t.device()
	d.MeanVar(&m, &v, &t.a, mask)
	d.Unary(kernel.DivScalar, &v, &v, float64(max(t.count(mask)-1, 0)), 0)
	return mean, variance, mask
}

func (t *Tensor) variance(op string, dims []int, keep bool) *Tensor {
	mean, y, mask := t.moments(op, dims, keep)
	if n := record("var", backVar, y, t); n != nil {
		n.save(0, t)
		n.save(1, mean)
		n.i[0] = int(mask)
	}
	return y
}

// backVar: d var / d x = 2 (x - mean) / (n-1).
func backVar(c *context) {
	mask := uint8(c.n.i[0])
	c.set(0, c.deviations(mask).Mul(c.unreduced(c.grad, mask)))
}

// deviations is 2 (x - mean) / (n-1) of the saved input.
func (c *context) deviations(mask uint8) *Tensor {
	x, mean := c.saved(0), c.saved(1)
	if c.create { // the saved mean has no history
		mean = x.MeanKeep(dimsOf(mask)...)
	}
	d := x.Sub(mean)
	if n := x.count(mask); n > 1 {
		return d.MulScalar(2 / float64(n-1))
	}
	// Of one element: 0/0, and without that PyTorch's rule for x other than its mean.
	nan := FullOf(d.a.Type, math.NaN())
	inf := FullOf(d.a.Type, math.Inf(1))
	y := like(d.scope, d)
	same := x.Eq(mean)
	y.device().Where(&y.a, &same.a, &nan.a, &inf.a)
	return y
}

// dimsOf lists the dimensions in a mask; of an empty one, that of a scalar, none.
func dimsOf(mask uint8) []int {
	var dims []int
	for i := range MaxDims {
		if mask>>i&1 == 1 {
			dims = append(dims, i)
		}
	}
	return dims
}

func (t *Tensor) deviation(op string, dims []int, keep bool) *Tensor {
	mean, y, mask := t.moments(op, dims, keep)
	y.device().Unary(kernel.Sqrt, &y.a, &y.a, 0, 0)
	if n := record("std", backStd, y, t); n != nil {
		n.save(0, t)
		n.save(1, mean)
		n.save(2, y)
		n.i[0] = int(mask)
	}
	return y
}

// backStd: d std / d x = (x - mean) / ((n-1) std).
func backStd(c *context) {
	mask := uint8(c.n.i[0])
	y := c.saved(2)
	g := c.grad.Div(y.MulScalar(2)).zeroWhere(y.EqScalar(0))
	c.set(0, c.deviations(mask).Mul(c.unreduced(g, mask)))
}
