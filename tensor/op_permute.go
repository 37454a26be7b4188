package tensor

// Permute returns a view with the dimensions in another order: dimension i of the
// result is dimension dims[i] of t.
func (t *Tensor) Permute(dims ...int) *Tensor {
	s := begin("Permute", t)
	if len(dims) != int(t.a.Rank) {
		badShape("Permute", []*Tensor{t}, "every dimension must be named once, not %v", dims)
	}
	y := t.view(s)
	var order [8]int
	var seen uint8
	for i, d := range dims {
		k := t.dim("Permute", d)
		if seen>>k&1 == 1 {
			badShape("Permute", []*Tensor{t}, "every dimension must be named once, not %v", dims)
		}
		seen |= 1 << k
		order[i] = k
		y.a.Dims[i], y.a.Strides[i] = t.a.Dims[k], t.a.Strides[k]
	}
	if n := record("permute", backPermute, y, t); n != nil {
		n.i = order
	}
	return y
}

func backPermute(c *context) {
	back := make([]int, c.n.rank)
	for i := range back {
		back[c.n.i[i]] = i
	}
	c.set(0, c.grad.Permute(back...))
}

// Transpose returns a view with dimensions a and b exchanged.
func (t *Tensor) Transpose(a, b int) *Tensor {
	i, j := t.dim("Transpose", a), t.dim("Transpose", b)
	var order [8]int
	for k := range order {
		order[k] = k
	}
	order[i], order[j] = j, i
	return t.Permute(order[:t.a.Rank]...)
}
