package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
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

// reducedLike makes room for a reduction of t: t's shape with 1 in the reduced
// dimensions.
func reducedLike(s *Scope, t *Tensor, mask uint8, dtype DType) *Tensor {
	dims := t.a.Dims
	for i := range int(t.a.Rank) {
		if mask>>i&1 == 1 {
			dims[i] = 1
		}
	}
	return shaped(s, t.device(), dtype, dims, int(t.a.Rank))
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

// dropDims removes the dimensions in mask, which have length 1.
func (t *Tensor) dropDims(mask uint8) *Tensor {
	shape := make([]int, 0, MaxDims)
	for i := range int(t.a.Rank) {
		if mask>>i&1 == 0 {
			shape = append(shape, t.a.Size(i))
		}
	}
	return t.Reshape(shape...)
}

// Sum returns the sum over the given dimensions, which are dropped; over all of
// them if none is given. Integers and bools give int64.
func (t *Tensor) Sum(dims ...int) *Tensor {
	return t.SumKeep(dims...).dropDims(t.mask("Sum", dims))
}

// SumKeep is Sum with the summed dimensions kept at length 1.
func (t *Tensor) SumKeep(dims ...int) *Tensor {
	s := begin("Sum", t)
	mask := t.mask("Sum", dims)
	if !t.a.Type.IsFloat() {
		t = t.To(Int64)
	}
	y := reducedLike(s, t, mask, t.a.Type)
	t.device().Reduce(kernel.Sum, &y.a, &t.a, mask)
	record("sum", backSum, y, t)
	return y
}

func backSum(c *context) {
	n := c.n.edge(0).node
	c.set(0, c.grad.expand(n.dims, int(n.rank)))
}

// Mean returns the mean over the given dimensions, which are dropped; over all of
// them if none is given. The mean of nothing is NaN. t must be float.
func (t *Tensor) Mean(dims ...int) *Tensor {
	return t.MeanKeep(dims...).dropDims(t.mask("Mean", dims))
}

// MeanKeep is Mean with the dimensions kept at length 1.
func (t *Tensor) MeanKeep(dims ...int) *Tensor {
	floats("Mean", t)
	n := t.count(t.mask("Mean", dims))
	return t.SumKeep(dims...).DivScalar(float64(n))
}
