package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// BackwardOptions changes what Backward does.
type BackwardOptions struct {
	// Gradient of the tensor itself; nil means 1, and wants a single element.
	Gradient *Tensor
	// Retain keeps the graph for another Backward. CreateGraph implies it.
	Retain bool
	// CreateGraph makes the gradients differentiable: for higher derivatives.
	CreateGraph bool
	// AllowUnused lets GradOf return nil for a tensor that y does not depend on,
	// instead of panicking.
	AllowUnused bool
}

// Backward computes the gradient of t, a tensor of one element, with respect to
// every leaf it was computed from, and adds it to the leaves' Grad. The graph is
// freed: a second Backward through it panics with a *GraphError.
//
// Results of the graph stay readable until the next forward on their Pass.
func (t *Tensor) Backward() { t.BackwardWith(BackwardOptions{}) }

// BackwardWith is Backward with options.
func (t *Tensor) BackwardWith(o BackwardOptions) {
	backward("Backward", t, nil, o)
}

// GradOf returns the gradients of y with respect to each of xs without adding them
// to any Grad. xs may be leaves or results. With CreateGraph the gradients are
// tracked themselves: call GradOf or Backward on them for higher derivatives.
// Unless Retain or CreateGraph is set the graph is freed.
func GradOf(y *Tensor, xs []*Tensor, o BackwardOptions) []*Tensor {
	notNil("GradOf", xs...)
	for i, x := range xs {
		if x.node == nil {
			badGraph("GradOf", "tensor %d of those asked for is not tracked; call RequireGrad on it before computing y", i)
		}
	}
	return backward("GradOf", y, xs, o)
}

func backward(name string, y *Tensor, xs []*Tensor, o BackwardOptions) []*Tensor {
	begin(name, y)
	if y.node == nil {
		badGraph(name, "the tensor is not tracked: no operand asked for a gradient (RequireGrad, or a Param used under nn.Training)")
	}
	g := o.Gradient
	var given *nd.Buffer // the memory of a gradient that the caller keeps
	if g == nil {
		if y.Numel() != 1 {
			badShape(name, []*Tensor{y}, "a single element is wanted; reduce it with Sum or Mean, or pass BackwardOptions.Gradient")
		}
		g = like(nil, y)
		y.device().Fill(&g.a, 1)
		g.scope = y.scope
	} else {
		begin(name, g)
		if !nd.SameShape(&g.a, &y.a) || g.a.Type != y.a.Type {
			badShape(name, []*Tensor{y, g}, "the gradient must have the shape and type of the tensor")
		}
		if g.a.Buf.State == nd.Temp {
			pin(g) // a hook computed it in another Backward, whose memory this one must neither overwrite nor free
		}
		if !o.CreateGraph || g.node == nil {
			g = &Tensor{a: g.a, scope: y.scope} // what is computed from it is this Backward's, wherever it came from
		}
		given = g.a.Buf
	}
	finished := false
	if s := y.scope; s != nil && len(s.backward) > 0 && name == "Backward" {
		s.tellBackward(y, false)
		defer func() {
			if finished {
				s.tellBackward(y, true)
			}
		}()
	}
	retain := o.Retain || o.CreateGraph
	w := newWalk(y.scope)
	defer w.end()
	w.visit(name, y.node)
	w.begin(name, xs, o.CreateGraph)
	y.node.hold(g)
	var found []*Tensor
	for k := len(w.order) - 1; k >= 0; k-- {
		n := w.order[k]
		if n.grad == nil || !n.needs {
			continue
		}
		if n.side != nil && len(n.hooks)+len(n.peeks) > 0 {
			w.tell(n)
		}
		if (n.leaf || n.retains) && xs == nil {
			n.collect(o.CreateGraph)
		}
		if n.leaf || !n.inputsNeed() {
			if !wanted(xs, n) {
				w.drop(n)
			}
			continue
		}
		if o.CreateGraph && n.fused {
			badGraph(name, "%s has no second derivative", n.name)
		}
		w.run(n)
		if !wanted(xs, n) {
			w.drop(n)
		}
	}
	if xs != nil {
		found = make([]*Tensor, len(xs))
		for i, x := range xs {
			switch g := x.node.grad; {
			case g == nil && !o.AllowUnused:
				badGraph(name, "y does not depend on tensor %d of those asked for; set AllowUnused to get nil for it", i)
			case g == nil:
			case o.CreateGraph && g.node != nil && g.a.Buf != given:
				found[i] = g
			case o.CreateGraph && g.node != nil:
				found[i] = g.Clone()
			default:
				found[i] = own(g)
			}
		}
	}
	if !retain {
		w.free()
	}
	w.finished, finished = true, true
	return found
}

// wanted reports whether n's gradient is one of those that GradOf returns.
func wanted(xs []*Tensor, n *node) bool {
	for _, x := range xs {
		if x.node == n {
			return true
		}
	}
	return false
}

// free forgets what the node kept for backward and spends its memory.
func (n *node) free() {
	n.freed = true
	n.scope.spend(n.out)
	n.out = nil
	if e := n.extra; e != nil {
		for i := range e.saved {
			if s := &e.saved[i]; s.set && s.node == nil { // made for backward only, or an untracked operand
				n.spendSaved(s)
			}
		}
		for i := range e.rest {
			if s := &e.rest[i]; s.set && s.node == nil {
				n.spendSaved(s)
			}
		}
		n.extra = nil
		n.scope.dropExtra(e)
	}
	if n.side != nil {
		for _, b := range n.loose {
			n.scope.spend(b)
		}
		n.loose, n.note = nil, nil
	}
}

// spendSaved spends a value that the operation made for its own backward; operands
// from elsewhere are not the step's and stay as they are.
func (n *node) spendSaved(s *saved) {
	if s.scope == n.scope {
		n.scope.spend(s.a.Buf)
	}
}

// spendKids spends results that hang only off freed nodes: no Backward can reach
// their leaves any more. It returns work, empty, for the next call.
func (n *node) spendKids(work []*node) []*node {
	work = append(work, n)
	for len(work) > 0 {
		m := work[len(work)-1]
		work = work[:len(work)-1]
		for e := m.kid; e != nil; e = e.next {
			k := e.owner
			if k.freed || !k.lost() {
				continue
			}
			k.free()
			work = append(work, k)
		}
		m.kid = nil
	}
	return work
}

// inputsNeed reports whether the gradient of any input is wanted.
func (n *node) inputsNeed() bool {
	for i := range n.edges() {
		if m := n.edge(i).node; m != nil && m.needs {
			return true
		}
	}
	return false
}

// late reports whether a result was computed from freed results only: no Backward
// can use it, so that its memory goes with theirs.
func (n *node) late() bool {
	freed := false
	for i := range n.edges() {
		m := n.edge(i).node
		freed = freed || m != nil && m.freed
	}
	return freed && n.lost()
}

// lost reports whether all of a node's tracked inputs that are results are freed.
func (n *node) lost() bool {
	for i := range n.edges() {
		if m := n.edge(i).node; m != nil && !m.leaf && !m.freed {
			return false
		}
	}
	return true
}

// RequireGrad makes t a leaf that collects its gradient in Grad, and returns t. On
// a result it asks for the gradient to be kept (PyTorch's retain_grad). t must be
// float.
func (t *Tensor) RequireGrad() *Tensor {
	floats("RequireGrad", t)
	switch {
	case t.node == nil:
		t.node = newLeaf(t)
	default:
		t.node.retains = true
		t.node.beside()
	}
	return t
}

// Tracked reports whether operations on t are recorded.
func (t *Tensor) Tracked() bool {
	notNil("Tracked", t)
	return t.node != nil
}

// IsLeaf reports whether t collects gradients itself, rather than being a result.
func (t *Tensor) IsLeaf() bool {
	notNil("IsLeaf", t)
	return t.node == nil || t.node.leaf
}

// Detach returns t without its history. Memory is shared and no longer recycled:
// the detached tensor may be kept and given to another goroutine.
func (t *Tensor) Detach() *Tensor {
	begin("Detach", t)
	pin(t)
	return &Tensor{a: t.a}
}

// Clone returns a copy with memory of its own, which is never recycled. Gradients
// flow through it.
func (t *Tensor) Clone() *Tensor {
	s := begin("Clone", t)
	y := like(nil, t)
	t.device().Copy(&y.a, &t.a)
	y.scope = s
	record("clone", backClone, y, t)
	return y
}

func backClone(c *context) { c.set(0, c.grad) }
