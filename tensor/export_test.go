package tensor

// Poison fills the Scope's free memory with NaN (all bits set), so that a result
// that reads memory it has not written shows.
func (s *Scope) Poison() {
	for _, class := range s.free {
		for _, b := range class {
			b.Scribble(0xff)
		}
	}
}

// Once returns a copy of t by an operation whose backward has no differentiable form.
func Once(t *Tensor) *Tensor {
	y := like(begin("Once", t), t)
	t.device().Copy(&y.a, &t.a)
	if n := record("once", func(c *context) { c.set(0, c.grad) }, y, t); n != nil {
		n.fused = true
	}
	return y
}

var (
	ActivationGrad = activationGrad
	Fusible        = (*Scope).fusible
)
