package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// mask turns a list of dimensions into a bit mask; none means all.
func (t *Tensor) mask(op string, dims []int) uint8 {
	if len(dims) == 0 {
		return uint8(1<<t.a.Rank - 1)
	}
	var m uint8
	for _, d := range dims {
		b := uint8(1) << t.dim(op, d)
		if m&b != 0 {
			badIndex(op, t, d, "a dimension must be named once")
		}
		m |= b
	}
	return m
}

// count is the number of elements that each result of a reduction is made of.
func (t *Tensor) count(mask uint8) int {
	n := 1
	for i := range int(t.a.Rank) {
		if mask>>i&1 == 1 {
			n *= t.a.Size(i)
		}
	}
	return n
}

// reduction makes room for a reduction of t over the dimensions in mask: the result,
// which has them at length 1 or not at all, and the view of it with them at length 1
// that device functions write.
func reduction(s *Scope, t *Tensor, mask uint8, dtype DType, keep bool) (*Tensor, nd.Array) {
	kept := t.a.Dims
	var dropped [MaxDims]int32
	rank := 0
	for i := range int(t.a.Rank) {
		if mask>>i&1 == 1 {
			kept[i] = 1
		} else {
			dropped[rank] = kept[i]
			rank++
		}
	}
	if keep {
		y := shaped(s, t.device(), dtype, kept, int(t.a.Rank))
		return y, y.a
	}
	y := shaped(s, t.device(), dtype, dropped, rank)
	return y, withDims(&y.a, kept, int(t.a.Rank))
}

// withDims is a contiguous array seen in another shape of as many elements.
func withDims(a *nd.Array, dims [MaxDims]int32, rank int) nd.Array {
	v := *a
	v.Dims, v.Strides, v.Rank = dims, [MaxDims]int32{}, uint8(rank)
	v.SetContiguous()
	return v
}

// unreduced returns v, a reduction over mask of a tensor with n's first input's shape,
// with the reduced dimensions at length 1, so that it broadcasts against the input.
func (c *context) unreduced(v *Tensor, mask uint8) *Tensor {
	in := c.n.edge(0).node
	if v.a.Rank == in.rank {
		return v
	}
	shape := make([]int, in.rank)
	for i := range shape {
		shape[i] = 1
		if mask>>i&1 == 0 {
			shape[i] = int(in.dims[i])
		}
	}
	return v.Reshape(shape...)
}

// Sum returns the sum over the given dimensions, which are dropped; over all of
// them if none is given. Integers and bools give int64. The sum of nothing is 0.
func (t *Tensor) Sum(dims ...int) *Tensor { return t.sum(dims, false) }

// SumKeep is Sum with the summed dimensions kept at length 1.
func (t *Tensor) SumKeep(dims ...int) *Tensor { return t.sum(dims, true) }

func (t *Tensor) sum(dims []int, keep bool) *Tensor {
	s := begin("Sum", t)
	mask := t.mask("Sum", dims)
	x := t
	if !t.a.Type.IsFloat() {
		x = t.To(Int64)
	}
	y, out := reduction(s, x, mask, x.a.Type, keep)
	x.device().Reduce(kernel.Sum, &out, &x.a, mask)
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
	y, out := reduction(s, t, mask, t.a.Type, keep)
	d := t.device()
	d.Reduce(kernel.Sum, &out, &t.a, mask)
	d.Unary(kernel.DivScalar, &out, &out, float64(t.count(mask)), 0)
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
