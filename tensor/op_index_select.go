package tensor

import (
	"fmt"

	"github.com/lumen-ml/lumen/internal/nd"
)

// IndexSelect returns elements idx[0], idx[1], ... of t along dim. idx holds int64 or
// int32 and has one dimension; the result has its length in dim. An index outside
// 0 to Size(dim)-1 panics with an *IndexError. Gradients of an element that was
// taken several times add up.
func (t *Tensor) IndexSelect(dim int, idx *Tensor) *Tensor {
	notNil("IndexSelect", t, idx)
	s := begin("IndexSelect", t, idx)
	d := t.dim("IndexSelect", dim)
	if idx.a.Rank != 1 {
		badShape("IndexSelect", []*Tensor{t, idx}, "the indices must have one dimension")
	}
	idx = t.indices("IndexSelect", idx, d)
	dims := t.a.Dims
	dims[d] = idx.a.Dims[0]
	y := newShape(s, t, "IndexSelect", dims)
	t.device().IndexSelect(&y.a, &t.a, &idx.a, d)
	if !y.a.Type.IsFloat() {
		return untracked("index_select", y, t)
	}
	if n := record("index_select", backIndexSelect, y, t); n != nil {
		n.i[0] = d
		n.save(0, idx)
	}
	return y
}

func backIndexSelect(c *context) {
	in := c.n.edge(0).node
	zero := shaped(c.grad.scope, c.grad.device(), in.dtype, in.dims, int(in.rank))
	zero.device().Fill(&zero.a, 0)
	c.set(0, zero.IndexAdd(c.n.i[0], c.saved(0), c.grad))
}

// IndexAdd returns t with element j of src, along dim, added to element idx[j]. idx
// is as in IndexSelect; src has t's shape but for dim, where it has idx's length.
// What is added to one place is added in the order of idx.
func (t *Tensor) IndexAdd(dim int, idx, src *Tensor) *Tensor {
	notNil("IndexAdd", t, idx, src)
	s := begin("IndexAdd", t, src, idx)
	d := t.dim("IndexAdd", dim)
	sameType("IndexAdd", t, src)
	numbers("IndexAdd", t, src)
	want := t.a.Dims
	if idx.a.Rank == 1 {
		want[d] = idx.a.Dims[0]
	}
	if idx.a.Rank != 1 || src.a.Rank != t.a.Rank || src.a.Dims != want {
		badShape("IndexAdd", []*Tensor{t, idx, src},
			"the indices must have one dimension, and what is added their length in dimension %d and the tensor's elsewhere", d)
	}
	idx = t.indices("IndexAdd", idx, d)
	y := like(s, t)
	t.device().Copy(&y.a, &t.a)
	t.device().IndexAdd(&y.a, &src.a, &idx.a, d)
	if !y.a.Type.IsFloat() {
		return untracked("index_add", y, t, src)
	}
	if n := record("index_add", backIndexAdd, y, t, src); n != nil {
		n.i[0] = d
		n.save(0, idx)
	}
	return y
}

func backIndexAdd(c *context) {
	c.set(0, c.grad)
	if c.needs(1) {
		c.set(1, c.grad.IndexSelect(c.n.i[0], c.saved(0)))
	}
}

// indices checks that idx holds positions of t's dimension d, and returns them as
// int64.
func (t *Tensor) indices(op string, idx *Tensor, d int) *Tensor {
	if idx.a.Type != Int64 && idx.a.Type != Int32 {
		badType(op, []*Tensor{t, idx}, "indices are int64 or int32; convert with To(tensor.Int64)")
	}
	idx = idx.To(Int64)
	if at, v := t.device().OutOfRange(&idx.a, t.a.Size(d)); at >= 0 {
		badIndex(op, t, int(v), "dimension %d has %s, and the index at %v of the indices of shape %v is outside",
			d, plural(t.a.Size(d), "element"), place(at, &idx.a), idx.Shape())
	}
	return idx
}

// place is where element k in row-major order stands, for messages.
func place(k int, a *nd.Array) string {
	at := a.Shape()
	for i := len(at) - 1; i >= 0; i-- {
		n := at[i]
		at[i] = k % n
		k /= n
	}
	return fmt.Sprint(at)
}

// newShape makes room for a result of t's type and rank in another shape.
func newShape(s *Scope, t *Tensor, op string, dims [MaxDims]int32) *Tensor {
	shape := make([]int, t.a.Rank)
	for i := range shape {
		shape[i] = int(dims[i])
	}
	checkShape(op, shape)
	return shaped(s, t.device(), t.a.Type, dims, len(shape))
}

// numbers panics with a *DTypeError if an operand holds bools.
func numbers(op string, ts ...*Tensor) {
	for _, t := range ts {
		if t.a.Type == Bool {
			badType(op, ts, "numbers are wanted; convert with To")
		}
	}
}
