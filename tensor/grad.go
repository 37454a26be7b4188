package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// own makes g independent of the step's memory, without copying where nobody else
// holds it.
func own(g *Tensor) *Tensor {
	b := g.a.Buf
	if b.State == nd.Temp && !b.Pinned.Load() && g.a.Off == 0 && g.a.Contiguous() {
		b.Pinned.Store(true)
		return &Tensor{a: g.a}
	}
	c := like(nil, g)
	g.device().Copy(&c.a, &g.a)
	return c
}

func pin(t *Tensor) {
	if b := t.a.Buf; !b.Pinned.Load() { // only read where it is shared between goroutines already
		b.Pinned.Store(true)
	}
}

// own is g as a gradient that n keeps: in memory of n's Scope, which ZeroGrad may give
// back to it, and without copying where nobody else holds it.
func (n *node) own(g *Tensor) *Tensor {
	s, b := n.scope, g.a.Buf
	if s == nil || g.a.Numel() <= smallest {
		return own(g)
	}
	k := &Tensor{a: g.a} // who was shown an earlier gradient must not see this one in it
	if b.State != nd.Temp || b.Pinned.Load() || !s.owns(b) || g.a.Off != 0 || !g.a.Contiguous() {
		c := like(s, g)
		g.device().Copy(&c.a, &g.a)
		k.a = c.a
	}
	k.a.Buf.State = nd.Plain // no longer the Backward's
	n.lent.Store(false)
	return k
}

// collect adds the finished gradient to what the leaf, or a tensor that retains its
// gradient, has.
func (n *node) collect(create bool) {
	g := n.grad
	switch {
	case create && n.keep != nil:
		g = n.keep.Add(g)
		pin(g) // Grad outlives the graph that it is part of
		n.lent.Store(true)
		n.put(g)
	case create && g.node != nil:
		n.lent.Store(true)
		n.put(g.Clone()) // others hold g: who gave it to Backward, another operand of a sum
	case n.keep == nil:
		n.put(n.own(g))
	case n.keep.node != nil: // made with CreateGraph: others may hold it
		k := Tensor{a: n.keep.a}
		n.put(own(k.Add(g)))
	default:
		d := n.keep.device()
		d.Binary(addKernel, &n.keep.a, &n.keep.a, &g.a)
		n.keep.a.Buf.Version++
	}
}

func (n *node) put(g *Tensor) {
	had := n.keep != nil
	n.keep = g
	if !had && n.first != nil {
		n.first(n.self)
	}
}

// forget ends the life of the gradient. Memory that nobody else can hold waits for the
// next Backward, which gives it to the Scope: that may be at work in another goroutine
// now.
func (n *node) forget() {
	if n.side == nil {
		return
	}
	g := n.keep
	n.keep = nil
	if g == nil || n.lent.Load() || n.scope == nil || g.node != nil || g.a.Numel() <= smallest || g.a.Buf.Pinned.Load() {
		return
	}
	n.spare = g.a.Buf
	n.spare.Gen++ // who looked at it sees that it is gone
}

// reclaim gives the memory of a forgotten gradient back to the Scope.
func (n *node) reclaim() {
	if n.side == nil || n.spare == nil {
		return
	}
	b := n.spare
	n.spare = nil
	if !b.Pinned.Load() {
		b.State = nd.Spent
		n.scope.release(b)
	}
}

// Grad returns the gradient collected so far, nil if there is none. It is the
// tensor that later Backwards add to; Clone it to keep its present values.
func (t *Tensor) Grad() *Tensor {
	g := t.PeekGrad()
	if g != nil {
		t.node.lent.Store(true)
	}
	return g
}

// PeekGrad is Grad for those who are done with the gradient before the next ZeroGrad,
// as optimizers are: after that its memory serves other results. The tensor that
// PeekGrad returned, and views of it, panic with a *StaleError then, and for good: the
// next Backward's gradient is another tensor. Gradients of up to 4 elements stay.
func (t *Tensor) PeekGrad() *Tensor {
	notNil("Grad", t)
	if t.node == nil || t.node.side == nil {
		return nil
	}
	return t.node.keep
}

// SetGrad replaces the collected gradient; nil forgets it. g must have t's shape
// and type.
func (t *Tensor) SetGrad(g *Tensor) {
	notNil("SetGrad", t)
	if t.node == nil {
		badGraph("SetGrad", "the tensor is not tracked; call RequireGrad first")
	}
	if g != nil && (!nd.SameShape(&g.a, &t.a) || g.a.Type != t.a.Type) {
		badShape("SetGrad", []*Tensor{t, g}, "the gradient must have the shape and type of the tensor")
	}
	if g == nil {
		t.node.forget()
		return
	}
	begin("SetGrad", g)
	if g.a.Overlaps() { // later Backwards add to it in place
		c := like(nil, g)
		g.device().Copy(&c.a, &g.a)
		g = c
	}
	share(g)
	t.node.beside().lent.Store(true)
	t.node.put(g)
}

// ZeroGrad forgets the collected gradient.
func (t *Tensor) ZeroGrad() {
	notNil("ZeroGrad", t)
	if t.node != nil {
		t.node.forget()
	}
}

// OnGrad calls f with the gradient of t in every later Backward that computes it,
// before it is added to Grad. f must not change it, and may keep it. What f computes in
// t's Scope lives until that Backward ends; Clone or Detach what is to live longer.
func (t *Tensor) OnGrad(f func(g *Tensor)) {
	s := t.heard("OnGrad", f)
	s.hooks = append(s.hooks, f)
}

// PeekOnGrad is OnGrad for those who are done with the gradient when f returns, as statistics
// are: its memory then serves other gradients, so that looking on costs none. Look with [Read].
func (t *Tensor) PeekOnGrad(f func(g *Tensor)) {
	s := t.heard("PeekOnGrad", f)
	s.peeks = append(s.peeks, f)
}

// heard is where t's node keeps its hooks.
func (t *Tensor) heard(op string, f func(g *Tensor)) *side {
	notNil(op, t)
	if t.node == nil {
		badGraph(op, "the tensor is not tracked; call RequireGrad first")
	}
	if f == nil {
		badGraph(op, "a function is wanted, not nil")
	}
	return t.node.beside()
}
