package tensor

// zeroWhere returns t with zeros where cond, bools that broadcast to t's shape,
// holds. Backward formulas use it rather than a product with a mask, which turns
// infinities into NaN.
func (t *Tensor) zeroWhere(cond *Tensor) *Tensor {
	y := like(begin("zeroWhere", t, cond), t)
	zero := FullOf(t.a.Type, 0)
	t.device().Where(&y.a, &cond.a, &zero.a, &t.a)
	if n := record("zero_where", backZeroWhere, y, t); n != nil {
		n.save(0, cond)
	}
	return y
}

func backZeroWhere(c *context) { c.set(0, c.grad.zeroWhere(c.saved(0))) }

// factor returns, untracked, one number where t's bools hold and another elsewhere.
func (t *Tensor) factor(dtype DType, yes, no float64) *Tensor {
	y := likeType(begin("factor", t), t, dtype)
	a, b := FullOf(dtype, yes), FullOf(dtype, no)
	t.device().Where(&y.a, &t.a, &a.a, &b.a)
	return y
}

// backZero is backward of a function that is constant between its jumps.
func backZero(c *context) { c.set(0, c.grad.zeros()) }

// zeros returns zeros of t's shape and type in memory of t's Scope.
func (t *Tensor) zeros() *Tensor {
	y := like(t.scope, t)
	y.device().Fill(&y.a, 0)
	return y
}
