package tensor

import "slices"

// Flip returns a copy of t with the order of elements reversed along the given
// dimensions. None reverses nothing.
func (t *Tensor) Flip(dims ...int) *Tensor {
	s := begin("Flip", t)
	var order []int
	for _, dim := range dims {
		d := t.dim("Flip", dim)
		if slices.Contains(order, d) {
			badIndex("Flip", t, dim, "a dimension must be named once")
		}
		order = append(order, d)
	}
	y := like(s, t)
	t.device().Copy(&y.a, &t.a)
	for _, d := range order {
		n := t.a.Size(d)
		back := make([]int64, n)
		for i := range back {
			back[i] = int64(n - 1 - i)
		}
		x := y
		y = like(s, t)
		y.device().IndexSelect(&y.a, &x.a, &FromSlice(back).a, d)
	}
	if !y.a.Type.IsFloat() {
		return untracked("flip", y, t)
	}
	if n := record("flip", backFlip, y, t); n != nil {
		n.attr = order
	}
	return y
}

func backFlip(c *context) { c.set(0, c.grad.Flip(c.n.attr.([]int)...)) }
