package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Sum returns the sum over the given dimensions, which are dropped; over all of
// them if none is given. Integers and bools give int64. The sum of nothing is 0.
func (t *Tensor) Sum(dims ...int) *Tensor { return t.sum(dims, false) }

// SumKeep is Sum with the summed dimensions kept at length 1.
func (t *Tensor) SumKeep(dims ...int) *Tensor { return t.sum(dims, true) }

func (t *Tensor) sum(dims []int, keep bool) *Tensor {
	s := begin("Sum", t)
	return t.sumMask(s, t.mask("Sum", dims), keep)
}

// sumMask is the sum over the dimensions whose bits are set.
func (t *Tensor) sumMask(s *Scope, mask uint8, keep bool) *Tensor {
	x := t
	if !t.a.Type.IsFloat() {
		x = t.To(Int64)
	}
	y, _ := reduction(s, x, mask, x.a.Type, true)
	x.device().Reduce(kernel.Sum, &y.a, &x.a, mask)
	if !keep {
		y.squeeze(mask)
	}
	if n := record("sum", backSum, y, x); n != nil {
		n.i[0] = int(mask)
	}
	return y
}

func backSum(c *context) {
	in := c.n.edge(0).node
	c.set(0, c.unreduced(c.grad, uint8(c.n.i[0])).expand(in.dims, int(in.rank)))
}

// Mean returns the mean over the given dimensions, which are dropped; over all of
// them if none is given. The mean of nothing is NaN. t must be float.
func (t *Tensor) Mean(dims ...int) *Tensor { return t.mean(dims, false) }

// MeanKeep is Mean with the dimensions kept at length 1.
func (t *Tensor) MeanKeep(dims ...int) *Tensor { return t.mean(dims, true) }

func (t *Tensor) mean(dims []int, keep bool) *Tensor {
	s := begin("Mean", t)
	floats("Mean", t)
	mask := t.mask("Mean", dims)
	y, _ := reduction(s, t, mask, t.a.Type, true)
	d := t.device()
	d.Reduce(kernel.Sum, &y.a, &t.a, mask)
	d.Unary(kernel.DivScalar, &y.a, &y.a, float64(t.count(mask)), 0)
	if !keep {
		y.squeeze(mask)
	}
	if n := record("mean", backMean, y, t); n != nil {
		n.i[0] = int(mask)
	}
	return y
}

func backMean(c *context) {
	in, mask := c.n.edge(0).node, uint8(c.n.i[0])
	count := 1
	for i := range int(in.rank) {
		if mask>>i&1 == 1 {
			count *= int(in.dims[i])
		}
	}
	c.set(0, c.unreduced(c.grad, mask).DivScalar(float64(count)).expand(in.dims, int(in.rank)))
}
