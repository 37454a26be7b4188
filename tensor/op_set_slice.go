package tensor

// SetSlice overwrites, in place, the elements that Slice with the same arguments
// gives with v, broadcast to their shape and of t's element type, and returns t. It
// panics as AddInPlace does.
func (t *Tensor) SetSlice(dim, start, stop, step int, v *Tensor) *Tensor {
	notNil("SetSlice", t, v)
	t.beginInPlace("SetSlice", v)
	sameType("SetSlice", t, v)
	d := t.dim("SetSlice", dim)
	if step < 1 {
		badIndex("SetSlice", t, step, "the step must be 1 or more")
	}
	plain := Tensor{a: t.a}
	part := plain.Slice(d, start, stop, step)
	v = t.broadcastable("SetSlice", v, part)
	t.device().Copy(&part.a, &v.a)
	if n := t.changed("set_slice", backSetSlice, v); n != nil {
		n.i = [8]int{d, start, stop, step}
	}
	return t
}

func backSetSlice(c *context) {
	d, start, stop, step := c.n.i[0], c.n.i[1], c.n.i[2], c.n.i[3]
	if c.needs(0) {
		c.set(0, c.grad.zeroSlice(d, start, stop, step))
	}
	if c.needs(1) {
		c.set(1, c.grad.Slice(d, start, stop, step))
	}
}

// zeroSlice returns t with zeros where Slice with the same arguments takes from.
func (t *Tensor) zeroSlice(d, start, stop, step int) *Tensor {
	y := like(begin("SetSlice", t), t)
	t.device().Copy(&y.a, &t.a)
	plain := Tensor{a: y.a}
	y.device().Fill(&plain.Slice(d, start, stop, step).a, 0)
	if n := record("zero_slice", backZeroSlice, y, t); n != nil {
		n.i = [8]int{d, start, stop, step}
	}
	return y
}

func backZeroSlice(c *context) {
	c.set(0, c.grad.zeroSlice(c.n.i[0], c.n.i[1], c.n.i[2], c.n.i[3]))
}
