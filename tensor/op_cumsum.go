package tensor

// CumSum returns running sums along dim: element i is the sum of elements 0 to i.
// Float sums are kept in float64; integers and bools give int64.
func (t *Tensor) CumSum(dim int) *Tensor {
	s := begin("CumSum", t)
	d := t.dim("CumSum", dim)
	x := t
	if !t.a.Type.IsFloat() {
		x = t.To(Int64)
	}
	y := like(s, x)
	x.device().CumSum(&y.a, &x.a, d)
	if !y.a.Type.IsFloat() {
		return untracked("cumsum", y, x)
	}
	if n := record("cumsum", backCumSum, y, x); n != nil {
		n.i[0] = d
	}
	return y
}

// backCumSum: element i is part of sums i and later.
func backCumSum(c *context) {
	d := c.n.i[0]
	c.set(0, c.grad.Flip(d).CumSum(d).Flip(d))
}
