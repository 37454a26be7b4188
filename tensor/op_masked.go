package tensor

// MaskedFill returns t with value, which takes t's element type, where mask holds.
// mask holds bools; the two are broadcast against each other.
func (t *Tensor) MaskedFill(mask *Tensor, value float64) *Tensor {
	notNil("MaskedFill", t, mask)
	s := begin("MaskedFill", t, mask)
	bools("MaskedFill", "the mask", mask)
	dims, rank := broadcast("MaskedFill", t, mask)
	y := shaped(s, t.device(), t.a.Type, dims, rank)
	v := result(s, t.device(), t.a.Type)
	t.device().Fill(&v.a, value)
	t.device().Where(&y.a, &mask.a, &v.a, &t.a)
	if !y.a.Type.IsFloat() {
		return untracked("masked_fill", y, t, mask)
	}
	if n := record("masked_fill", backMaskedFill, y, t); n != nil {
		n.save(0, mask)
	}
	return y
}

func backMaskedFill(c *context) { c.set(0, c.grad.zeroWhere(c.saved(0))) }

// MaskedSelect returns, in one dimension and row-major order, the elements of t for
// which mask holds. mask holds bools; the two are broadcast against each other.
func (t *Tensor) MaskedSelect(mask *Tensor) *Tensor {
	notNil("MaskedSelect", t, mask)
	begin("MaskedSelect", t, mask)
	bools("MaskedSelect", "the mask", mask)
	dims, rank := broadcast("MaskedSelect", t, mask)
	var at []int64
	for i, hit := range Data[bool](mask.expand(dims, rank)) {
		if hit {
			at = append(at, int64(i))
		}
	}
	return t.expand(dims, rank).Reshape(-1).IndexSelect(0, FromSlice(at))
}

// bools panics with a *DTypeError unless t holds bools.
func bools(op, what string, t *Tensor) {
	if t.a.Type != Bool {
		badType(op, []*Tensor{t}, "%s must hold bools; compare (Gt, NeScalar ...) or convert with To(tensor.Bool)", what)
	}
}
