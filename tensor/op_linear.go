package tensor

// Linear returns x W^T + b: x is [..., in], w [out, in], b [out] or nil; the result
// is [..., out]. It is one operation, torch.nn.functional.linear.
func Linear(x, w, b *Tensor) *Tensor {
	notNil("Linear", x, w)
	s := begin("Linear", x, w, b)
	floats("Linear", x, w, b)
	if x.a.Rank < 1 || w.a.Rank != 2 || x.a.Dims[x.a.Rank-1] != w.a.Dims[1] {
		badShape("Linear", []*Tensor{x, w, b}, "input [..., in] and weight [out, in] are wanted; they disagree about in")
	}
	if b != nil && (b.a.Rank != 1 || b.a.Dims[0] != w.a.Dims[0]) {
		badShape("Linear", []*Tensor{x, w, b}, "the bias must be [out], [%d]", w.a.Dims[0])
	}
	in, out := w.a.Size(1), w.a.Size(0)
	shape := x.Shape()
	rows := 1
	for _, d := range shape[:len(shape)-1] {
		rows *= d
	}
	shape[len(shape)-1] = out
	y := result(s, x.device(), x.a.Type, shape...)
	y2, x2, wt := y.a, x.contiguous().a, w.a
	y2.Rank, y2.Dims[0], y2.Dims[1] = 2, int32(rows), int32(out)
	y2.SetContiguous()
	x2.Rank, x2.Dims[0], x2.Dims[1] = 2, int32(rows), int32(in)
	x2.SetContiguous()
	wt.Dims[0], wt.Dims[1] = w.a.Dims[1], w.a.Dims[0]
	wt.Strides[0], wt.Strides[1] = w.a.Strides[1], w.a.Strides[0]
	if b != nil {
		y.device().Copy(&y2, &b.a)
	}
	y.device().MatMul(&y2, &x2, &wt, b != nil)
	if n := record("linear", backLinear, y, x, w, b); n != nil {
		n.save(0, x)
		n.save(1, w)
	}
	return y
}

func backLinear(c *context) {
	g := c.grad
	out := g.a.Size(-1 + int(g.a.Rank))
	if c.needs(0) {
		c.set(0, g.MatMul(c.saved(1)))
	}
	if c.needs(1) {
		x := c.saved(0)
		in := x.a.Size(int(x.a.Rank) - 1)
		rows := rowsOf(x, in)
		c.set(1, g.Reshape(rows, out).Transpose(0, 1).MatMul(x.Reshape(rows, in)))
	}
	if c.needs(2) {
		c.set(2, g) // set sums to [out]
	}
}

// rowsOf is how many vectors along the last dimension x has.
func rowsOf(x *Tensor, last int) int {
	if last > 0 {
		return x.Numel() / last
	}
	n := 1
	for i := range int(x.a.Rank) - 1 {
		n *= x.a.Size(i)
	}
	return n
}
