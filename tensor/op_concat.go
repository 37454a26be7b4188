package tensor

import "slices"

// Concat joins tensors of one element type along dim; their other lengths must
// agree.
func Concat(dim int, ts ...*Tensor) *Tensor {
	if len(ts) == 0 {
		badShape("Concat", nil, "at least one tensor is wanted")
	}
	notNil("Concat", ts...)
	s := begin("Concat", ts...)
	sameType("Concat", ts...)
	d := ts[0].dim("Concat", dim)
	dims, rank := ts[0].a.Dims, int(ts[0].a.Rank)
	dims[d] = 0
	total := 0
	for _, t := range ts {
		o := t.a.Dims
		o[d] = 0
		if int(t.a.Rank) != rank || o != dims {
			badShape("Concat", ts, "the shapes must agree except in dimension %d", d)
		}
		total += t.a.Size(d)
	}
	shape := ts[0].Shape()
	shape[d] = total
	checkShape("Concat", shape)
	y := result(s, ts[0].device(), ts[0].a.Type, shape...)
	part := y.a
	for _, t := range ts {
		part.Dims[d] = t.a.Dims[d]
		t.device().Copy(&part, &t.a)
		part.Off += t.a.Size(d) * y.a.Stride(d)
	}
	if !y.a.Type.IsFloat() {
		return untracked("concat", y, ts...)
	}
	if n := record("concat", backConcat, y, ts...); n != nil {
		n.i[0] = d
		sizes := make([]int, len(ts))
		for i, t := range ts {
			sizes[i] = t.a.Size(d)
		}
		n.attr = sizes
	}
	return y
}

func backConcat(c *context) {
	d, at := c.n.i[0], 0
	for i, n := range c.n.attr.([]int) {
		if c.needs(i) {
			c.set(i, c.grad.Slice(d, at, at+n, 1))
		}
		at += n
	}
}

// Stack joins tensors of one shape along a new dimension, which becomes dimension
// dim of the result; -1 makes it the last.
func Stack(dim int, ts ...*Tensor) *Tensor {
	if len(ts) == 0 {
		badShape("Stack", nil, "at least one tensor is wanted")
	}
	notNil("Stack", ts...)
	begin("Stack", ts...)
	d := ts[0].newDim("Stack", dim)
	parts := make([]*Tensor, len(ts))
	for i, t := range ts {
		if !slices.Equal(t.Shape(), ts[0].Shape()) {
			badShape("Stack", ts, "the shapes must be equal")
		}
		parts[i] = t.Unsqueeze(d)
	}
	return Concat(d, parts...)
}
