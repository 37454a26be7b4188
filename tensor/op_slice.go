package tensor

// Slice returns a view of elements start, start+step, ... below stop along dim.
// Negative start and stop count from the end, values past the ends are cut as in
// Go's and Python's slices; step must be positive (see Flip).
func (t *Tensor) Slice(dim, start, stop, step int) *Tensor {
	s := begin("Slice", t)
	d := t.dim("Slice", dim)
	if step < 1 {
		badIndex("Slice", t, step, "the step must be 1 or more; for reversed order use Flip")
	}
	n := t.a.Size(d)
	start, stop = within(start, n), within(stop, n)
	y := t.view(s)
	y.a.Dims[d] = 0
	if start < stop {
		y.a.Dims[d] = int32((stop-start-1)/step + 1)
	}
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

// Select returns a view of element i along dim, which is dropped. A negative i
// counts from the end; an i outside the dimension panics with an *IndexError.
func (t *Tensor) Select(dim, i int) *Tensor {
	begin("Select", t)
	d := t.dim("Select", dim)
	n := t.a.Size(d)
	if i < -n || i >= n {
		badIndex("Select", t, i, "dimension %d has %s", d, plural(n, "element"))
	}
	if i < 0 {
		i += n
	}
	return t.Slice(d, i, i+1, 1).without(d)
}

// Split returns views of t cut along dim into parts of size elements; the last is
// smaller if size does not divide the length.
func (t *Tensor) Split(size, dim int) []*Tensor {
	begin("Split", t)
	d := t.dim("Split", dim)
	if size < 1 {
		badShape("Split", []*Tensor{t}, "a part must have at least 1 element, not %d", size)
	}
	n := t.a.Size(d)
	if n == 0 {
		return []*Tensor{t}
	}
	parts := make([]*Tensor, 0, (n-1)/size+1)
	for at := 0; at < n; at += min(size, n-at) {
		parts = append(parts, t.Slice(d, at, at+min(size, n-at), 1))
	}
	return parts
}

// Chunk returns views of t cut along dim into n parts of equal length, rounded up;
// as in PyTorch the last is smaller, or there are fewer, if n does not divide the
// length.
func (t *Tensor) Chunk(n, dim int) []*Tensor {
	begin("Chunk", t)
	d := t.dim("Chunk", dim)
	if n < 1 {
		badShape("Chunk", []*Tensor{t}, "at least 1 part is wanted, not %d", n)
	}
	return t.Split(max(1, (t.a.Size(d)+n-1)/n), d)
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
