package tensor

// Slice returns a view of elements start, start+step, ... below stop along dim.
// Negative start and stop count from the end, values past the ends are cut as in
// Go's and Python's slices; step must be positive (see Flip).
func (t *Tensor) Slice(dim, start, stop, step int) *Tensor {
	s := begin("Slice", t)
	d := t.dim("Slice", dim)
	if step < 1 {
		badIndex("Slice", t, step, "the step must be 1 or more")
	}
	n := t.a.Size(d)
	start, stop = within(start, n), within(stop, n)
	y := t.view(s)
	y.a.Dims[d] = int32(max(0, (stop-start+step-1)/step))
	if y.a.Dims[d] > 1 { // else a large step would not fit, and does not matter
		y.a.Strides[d] *= int32(step)
	}
	if y.a.Dims[d] > 0 {
		y.a.Off += start * t.a.Stride(d)
	}
	if node := record("slice", backSlice, y, t); node != nil {
		node.i = [8]int{d, start, stop, step}
	}
	return y
}

// within turns a position that may count from the end into one of 0..n.
func within(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

func backSlice(c *context) {
	n := c.n.edge(0).node
	c.set(0, c.grad.unslice(n.dims, int(n.rank), c.n.i[0], c.n.i[1], c.n.i[2], c.n.i[3]))
}

// unslice puts t where Slice with the same arguments takes from, into zeros of the
// given shape: Slice's transposed map.
func (t *Tensor) unslice(dims [MaxDims]int32, rank, dim, start, stop, step int) *Tensor {
	y := shaped(begin("Slice", t), t.device(), t.a.Type, dims, rank)
	y.device().Fill(&y.a, 0)
	v := y.a
	v.Dims[dim] = t.a.Dims[dim]
	if v.Dims[dim] > 1 {
		v.Strides[dim] *= int32(step)
	}
	if v.Dims[dim] > 0 {
		v.Off += start * y.a.Stride(dim)
		y.device().Copy(&v, &t.a)
	}
	if n := record("unslice", backUnslice, y, t); n != nil {
		n.i = [8]int{dim, start, stop, step}
	}
	return y
}

func backUnslice(c *context) { c.set(0, c.grad.Slice(c.n.i[0], c.n.i[1], c.n.i[2], c.n.i[3])) }
