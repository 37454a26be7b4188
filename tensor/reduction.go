package tensor

import "github.com/lumen-ml/lumen/internal/nd"

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

// squeeze removes the dimensions in mask, of length 1, from a new contiguous result.
func (t *Tensor) squeeze(mask uint8) {
	rank := 0
	for i := range int(t.a.Rank) {
		if mask>>i&1 == 0 {
			t.a.Dims[rank] = t.a.Dims[i]
			rank++
		}
	}
	clear(t.a.Dims[rank:])
	clear(t.a.Strides[rank:])
	t.a.Rank = uint8(rank)
	t.a.SetContiguous()
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
	dims := in.dims
	for i := range int(in.rank) {
		if mask>>i&1 == 1 {
			dims[i] = 1
		}
	}
	return v.reshape(begin("Reshape", v), dims, int(in.rank))
}
