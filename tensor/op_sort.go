package tensor

// Sort returns t sorted along dim in ascending order, and for each value the position
// (int64) along dim that it had. Equal values keep their order; NaN counts as the
// greatest.
func (t *Tensor) Sort(dim int) (values, indices *Tensor) { return t.sort("Sort", dim, false) }

// SortDescending is Sort with the greatest first.
func (t *Tensor) SortDescending(dim int) (values, indices *Tensor) {
	return t.sort("SortDescending", dim, true)
}

// ArgSort returns the positions (int64) along dim in the order in which Sort puts
// their values.
func (t *Tensor) ArgSort(dim int) *Tensor {
	_, indices := t.sort("ArgSort", dim, false)
	return indices
}

func (t *Tensor) sort(op string, dim int, descending bool) (values, indices *Tensor) {
	s := begin(op, t)
	d := t.dim(op, dim)
	values, indices = like(s, t), likeType(s, t, Int64)
	t.device().Sort(&values.a, &indices.a, &t.a, d, descending)
	return t.picked("sort", d, values, indices), untracked("argsort", indices, t)
}

// picked records values as elements of t at the positions along d that indices, of
// values' shape or without dimension d, name.
func (t *Tensor) picked(name string, d int, values, indices *Tensor) *Tensor {
	if !t.a.Type.IsFloat() {
		return untracked(name, values, t)
	}
	if n := record(name, backPicked, values, t); n != nil {
		n.i[0] = d
		n.save(0, indices)
	}
	return values
}

func backPicked(c *context) {
	g, d, idx := c.grad, c.n.i[0], c.saved(0)
	if g.a.Rank < c.n.edge(0).node.rank {
		g, idx = g.Unsqueeze(d), idx.Unsqueeze(d)
	}
	c.scatterGradient(g, d, idx)
}

// TopK returns the k greatest elements along dim, the greatest first, and the position
// (int64) along dim of each. Equal values keep their order; NaN counts as the
// greatest. k must be between 0 and Size(dim).
func (t *Tensor) TopK(k, dim int) (values, indices *Tensor) {
	begin("TopK", t)
	d := t.dim("TopK", dim)
	if n := t.a.Size(d); k < 0 || k > n {
		badIndex("TopK", t, k, "dimension %d has %s; take between 0 and all of them", d, plural(n, "element"))
	}
	values, indices = t.sort("TopK", d, true)
	return values.Slice(d, 0, k, 1), indices.Slice(d, 0, k, 1)
}
