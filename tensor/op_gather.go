package tensor

// Gather returns, at each place of idx, the element of t at that place with its
// position along dim replaced by the index:
//
//	y[i][j] = t[i][idx[i][j]]   for dim 1 of a matrix
//
// idx holds int64 or int32 and has t's number of dimensions; it may be shorter than t
// elsewhere than in dim. An index outside 0 to Size(dim)-1 panics with an *IndexError.
func (t *Tensor) Gather(dim int, idx *Tensor) *Tensor {
	notNil("Gather", t, idx)
	begin("Gather", t, idx)
	d := t.dim("Gather", dim)
	t = t.cutTo("Gather", idx, d, []*Tensor{t, idx})
	return t.gather(d, t.indices("Gather", idx, d))
}

// gather is Gather where everything has been checked and only dimension d may differ.
func (t *Tensor) gather(d int, idx *Tensor) *Tensor {
	y := shaped(begin("Gather", t, idx), t.device(), t.a.Type, idx.a.Dims, int(idx.a.Rank))
	t.device().Gather(&y.a, &t.a, &idx.a, d)
	if !y.a.Type.IsFloat() {
		return untracked("gather", y, t, idx)
	}
	if n := record("gather", backGather, y, t); n != nil {
		n.i[0] = d
		n.save(0, idx)
	}
	return y
}

func backGather(c *context) { c.scatterGradient(c.grad, c.n.i[0], c.saved(0)) }

// scatterGradient sets the gradient of input 0 to g at the places along d that idx
// names, and zero elsewhere.
func (c *context) scatterGradient(g *Tensor, d int, idx *Tensor) {
	in := c.n.edge(0).node
	zero := shaped(g.scope, g.device(), in.dtype, in.dims, int(in.rank))
	zero.device().Fill(&zero.a, 0)
	c.set(0, zero.scatterAdd(d, idx, g))
}

// ScatterAdd returns t with each element of src added at its own place, the position
// along dim replaced by the index:
//
//	y = t;  y[i][idx[i][j]] += src[i][j]   for dim 1 of a matrix
//
// idx is as in Gather; src has its shape or is longer, the rest of it being ignored.
// What is added to one place is added in the order of idx.
func (t *Tensor) ScatterAdd(dim int, idx, src *Tensor) *Tensor {
	notNil("ScatterAdd", t, idx, src)
	begin("ScatterAdd", t, src, idx)
	d := t.dim("ScatterAdd", dim)
	sameType("ScatterAdd", t, src)
	numbers("ScatterAdd", t, src)
	all := []*Tensor{t, idx, src}
	t.fits("ScatterAdd", idx, d, all)
	src = src.cutTo("ScatterAdd", idx, -1, all)
	return t.scatterAdd(d, t.indices("ScatterAdd", idx, d), src)
}

// scatterAdd is ScatterAdd where everything has been checked and src has idx's shape.
func (t *Tensor) scatterAdd(d int, idx, src *Tensor) *Tensor {
	y := like(begin("ScatterAdd", t, src, idx), t)
	t.device().Copy(&y.a, &t.a)
	part := y.a
	for i := range int(t.a.Rank) {
		if i != d {
			part.Dims[i] = src.a.Dims[i]
		}
	}
	t.device().ScatterAdd(&part, &src.a, &idx.a, d)
	if !y.a.Type.IsFloat() {
		return untracked("scatter_add", y, t, src)
	}
	if n := record("scatter_add", backScatterAdd, y, t, src); n != nil {
		n.i[0] = d
		n.save(0, idx)
	}
	return y
}

func backScatterAdd(c *context) {
	c.set(0, c.grad)
	if c.needs(1) {
		idx := c.saved(0)
		c.set(1, c.grad.cutTo("ScatterAdd", idx, c.n.i[0], nil).gather(c.n.i[0], idx))
	}
}

// fits panics unless idx has t's number of dimensions and is nowhere longer, except
// in dimension d.
func (t *Tensor) fits(op string, idx *Tensor, d int, all []*Tensor) {
	ok := idx.a.Rank == t.a.Rank
	for i := range int(t.a.Rank) {
		ok = ok && (i == d || idx.a.Dims[i] <= t.a.Dims[i])
	}
	if !ok {
		badShape(op, all, "the indices must have the tensors' number of dimensions and be nowhere longer, except than the tensor in the dimension that they index")
	}
}

// cutTo returns t shortened to idx's lengths in all dimensions but d.
func (t *Tensor) cutTo(op string, idx *Tensor, d int, all []*Tensor) *Tensor {
	t.fits(op, idx, d, all)
	for i := range int(t.a.Rank) {
		if i != d && idx.a.Dims[i] != t.a.Dims[i] {
			t = t.Slice(i, 0, idx.a.Size(i), 1)
		}
	}
	return t
}
