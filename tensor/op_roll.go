package tensor

// Roll returns t with elements moved shifts[i] places up along dims[i]; those that
// leave at the end come in at the front. Negative shifts move the other way. Without
// dims there is one shift, of all elements in row-major order.
func (t *Tensor) Roll(shifts, dims []int) *Tensor {
	begin("Roll", t)
	if len(dims) == 0 && len(shifts) == 1 {
		return t.Reshape(-1).roll(shifts[0], 0).Reshape(t.Shape()...)
	}
	if len(shifts) != len(dims) || len(dims) == 0 {
		badShape("Roll", []*Tensor{t}, "one shift a dimension is wanted, not shifts %v for dimensions %v", shifts, dims)
	}
	y := t
	for i, d := range dims {
		y = y.roll(shifts[i], t.dim("Roll", d))
	}
	return y
}

func (t *Tensor) roll(shift, d int) *Tensor {
	n := t.a.Size(d)
	if n == 0 {
		return t
	}
	cut := n - (shift%n+n)%n
	return Concat(d, t.Slice(d, cut, n, 1), t.Slice(d, 0, cut, 1))
}
