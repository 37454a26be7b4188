package tensor

import (
	"sync/atomic"

	"github.com/lumen-ml/lumen/internal/nd"
)

// marks is the one source of visit marks, so that graphs over several Passes work.
var marks atomic.Uint64

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

// walk is the state of one Backward.
type walk struct {
	order  []*node // inputs before results
	scopes []*Scope
}

func backward(name string, y *Tensor, xs []*Tensor, o BackwardOptions) []*Tensor {
	begin(name, y)
	if y.node == nil {
		badGraph(name, "the tensor is not tracked: no operand asked for a gradient (RequireGrad, or a Param used under nn.Training)")
	}
	g := o.Gradient
	if g == nil {
		if y.Numel() != 1 {
			badShape(name, []*Tensor{y}, "a single element is wanted; reduce it with Sum or Mean, or pass BackwardOptions.Gradient")
		}
		g = result(nil, y.device(), y.a.Type, y.Shape()...)
		y.device().Fill(&g.a, 1)
	} else {
		begin(name, g)
		if !nd.SameShape(&g.a, &y.a) || g.a.Type != y.a.Type {
			badShape(name, []*Tensor{y, g}, "the gradient must have the shape and type of the tensor")
		}
		if !o.CreateGraph {
			g = &Tensor{a: g.a, scope: g.scope}
		}
	}
	retain := o.Retain || o.CreateGraph
	w := visit(name, y.node)
	w.checkIdle(name)
	// needs: which nodes lead to a gradient that somebody wants
	if xs != nil {
		for _, n := range w.order {
			n.needs = false
		}
		for _, x := range xs {
			x.node.needs = true
		}
		for _, n := range w.order {
			for i := range n.edges() {
				if m := n.edge(i).node; m != nil && m.needs {
					n.needs = true
				}
			}
		}
	} else {
		for _, n := range w.order {
			n.needs = true
		}
	}
	if !o.CreateGraph {
		for _, s := range w.scopes {
			s.back = true
		}
	}
	finished := false
	defer func() {
		for _, n := range w.order {
			n.grad = nil
		}
		for _, x := range xs {
			x.node.grad, x.node.needs = nil, false
		}
		for _, s := range w.scopes {
			s.back = false
			s.done()
			for i, b := range s.temps {
				if finished {
					s.release(b)
				}
				s.temps[i] = nil
			}
			s.temps = s.temps[:0]
		}
	}()
	if g.scope == nil && g.node == nil {
		g = &Tensor{a: g.a, scope: y.scope}
	}
	y.node.grad = g
	var found []*Tensor
	c := context{create: o.CreateGraph}
	for k := len(w.order) - 1; k >= 0; k-- {
		n := w.order[k]
		if n.grad == nil || !n.needs {
			continue
		}
		for _, h := range n.hooks {
			pin(n.grad)
			h(n.grad)
		}
		if (n.leaf || n.retains) && xs == nil {
			n.collect(o.CreateGraph)
		}
		if n.leaf || !n.inputsNeed() {
			continue
		}
		c.n, c.grad = n, n.grad
		if o.CreateGraph && n.fused {
			badGraph(name, "%s has no second derivative", n.name)
		}
		n.scope.startBack(n)
		n.back(&c)
		if !wanted(xs, n) {
			n.grad = nil
		}
	}
	if xs != nil {
		found = make([]*Tensor, len(xs))
		for i, x := range xs {
			switch g := x.node.grad; {
			case g == nil && !o.AllowUnused:
				badGraph(name, "y does not depend on tensor %d of those asked for; set AllowUnused to get nil for it", i)
			case g == nil:
			case o.CreateGraph:
				found[i] = g
			default:
				found[i] = own(g)
			}
		}
	}
	if !retain {
		for _, n := range w.order {
			if !n.leaf {
				n.free()
			}
		}
		for _, n := range w.order {
			n.spendKids()
		}
		for _, n := range w.order { // results that are kept must not keep the graph
			if !n.leaf {
				n.in, n.more = [3]edge{}, nil
			}
		}
	}
	finished = true
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

// visit lists the graph below root, inputs before results, without recursion.
func visit(name string, root *node) walk {
	var w walk
	mark := marks.Add(1)
	type frame struct {
		n *node
		i int
	}
	stack := []frame{{root, 0}}
	root.mark = mark
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.i == 0 {
			if f.n.freed {
				badGraph(name, "the graph was freed by an earlier Backward (reached %s); use BackwardOptions.Retain there to walk it twice", f.n.name)
			}
			w.addScope(f.n.scope)
		}
		if f.i == f.n.edges() {
			w.order = append(w.order, f.n)
			stack = stack[:len(stack)-1]
			continue
		}
		m := f.n.edge(f.i).node
		f.i++
		if m != nil && m.mark != mark {
			m.mark = mark
			stack = append(stack, frame{m, 0})
		}
	}
	return w
}

// checkIdle panics if another Backward is under way in the graph or its Scopes.
func (w *walk) checkIdle(name string) {
	busy := false
	for _, s := range w.scopes {
		busy = busy || s.back
	}
	for _, n := range w.order {
		busy = busy || n.grad != nil
	}
	if busy {
		badGraph(name, "another Backward is under way in this graph; what OnGrad calls must not run one")
	}
}

func (w *walk) addScope(s *Scope) {
	if s == nil {
		return
	}
	for _, have := range w.scopes {
		if have == s {
			return
		}
	}
	w.scopes = append(w.scopes, s)
}

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

// collect adds the finished gradient to what the leaf, or a tensor that retains its
// gradient, has.
func (n *node) collect(create bool) {
	g := n.grad
	switch {
	case create:
		if n.keep != nil {
			g = n.keep.Add(g)
		}
		pin(g) // Grad outlives the graph that it is part of
		n.put(g)
	case n.keep == nil:
		n.put(own(g))
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
	for _, b := range n.loose {
		n.scope.spend(b)
	}
	n.loose = nil
}

// spendSaved spends a value that the operation made for its own backward; operands
// from elsewhere are not the step's and stay as they are.
func (n *node) spendSaved(s *saved) {
	if s.scope == n.scope {
		n.scope.spend(s.a.Buf)
	}
}

// spendKids spends results that hang only off freed nodes: no Backward can reach
// their leaves any more.
func (n *node) spendKids() {
	work := []*node{n}
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

// Grad returns the gradient collected so far, nil if there is none. It is the
// tensor that later Backwards add to; Clone it to keep its present values.
func (t *Tensor) Grad() *Tensor {
	notNil("Grad", t)
	if t.node == nil {
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
		t.node.keep = nil
		return
	}
	begin("SetGrad", g)
	if g.a.Overlaps() { // later Backwards add to it in place
		c := like(nil, g)
		g.device().Copy(&c.a, &g.a)
		g = c
	}
	share(g)
	t.node.put(g)
}

// ZeroGrad forgets the collected gradient.
func (t *Tensor) ZeroGrad() {
	notNil("ZeroGrad", t)
	if t.node != nil {
		t.node.keep = nil
	}
}

// OnGrad calls f with the gradient of t in every later Backward that computes it,
// before it is added to Grad. f must not change it.
func (t *Tensor) OnGrad(f func(g *Tensor)) {
	notNil("OnGrad", t)
	if t.node == nil {
		badGraph("OnGrad", "the tensor is not tracked; call RequireGrad first")
	}
	if f == nil {
		badGraph("OnGrad", "a function is wanted, not nil")
	}
	t.node.hooks = append(t.node.hooks, f)
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
