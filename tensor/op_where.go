package tensor

// Where returns a where cond, which holds bools, is true and b elsewhere; the three
// are broadcast against each other. A gradient flows only to what was taken: the
// other may be NaN.
func Where(cond, a, b *Tensor) *Tensor {
	notNil("Where", cond, a, b)
	s := begin("Where", a, b, cond)
	bools("Where", "the condition", cond)
	sameType("Where", a, b)
	dims, rank := broadcast("Where", a, b)
	wide := Tensor{a: a.a.Broadcast(dims, rank)}
	dims, rank = broadcast("Where", &wide, cond)
	y := shaped(s, a.device(), a.a.Type, dims, rank)
	a.device().Where(&y.a, &cond.a, &a.a, &b.a)
	if !y.a.Type.IsFloat() {
		return untracked("where", y, a, b, cond)
	}
	if n := record("where", backWhere, y, a, b); n != nil {
		n.save(0, cond)
	}
	return y
}

func backWhere(c *context) {
	cond := c.saved(0)
	if c.needs(0) {
		c.set(0, c.grad.zeroWhere(cond.Not()))
	}
	if c.needs(1) {
		c.set(1, c.grad.zeroWhere(cond))
	}
}
