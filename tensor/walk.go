package tensor

import (
	"sync/atomic"

	"github.com/lumen-ml/lumen/internal/nd"
)

// marks is the one source of visit marks, so that graphs over several Passes work.
var marks atomic.Uint64

// walk is the state of one Backward. The Scope of its root keeps it for the next.
type walk struct {
	home     *Scope  // that keeps it
	order    []*node // inputs before results
	scopes   []*Scope
	stack    []frame
	work     []*node // of spendKids
	xs       []*Tensor
	begun    bool // the Scopes know of it
	finished bool
	c        context // of the operation whose gradients are computed
	dead     []*nd.Buffer
	from     []int // by Scope: how many temporaries it had before the present operation
}

type frame struct {
	n *node
	i int // the input to visit next
}

// mostWalk bounds what a Scope keeps of a walk through a very long graph.
const mostWalk = 1 << 14

// newWalk is a walk in s's memory, unless a walk of s that is under way has it.
func newWalk(s *Scope) *walk {
	if s == nil || s.walk == nil {
		return &walk{home: s}
	}
	w := s.walk
	s.walk = nil
	return w
}

// visit lists the graph below root, inputs before results, without recursion.
func (w *walk) visit(name string, root *node) {
	mark := marks.Add(1)
	w.stack = append(w.stack, frame{root, 0})
	root.mark = mark
	for len(w.stack) > 0 {
		f := &w.stack[len(w.stack)-1]
		if f.i == 0 {
			if f.n.freed {
				badGraph(name, "the graph was freed by an earlier Backward (reached %s); use BackwardOptions.Retain there to walk it twice", f.n.name)
			}
			w.addScope(f.n.scope)
		}
		if f.i == f.n.edges() {
			w.order = append(w.order, f.n)
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		m := f.n.edge(f.i).node
		f.i++
		if m != nil && m.mark != mark {
			m.mark = mark
			w.stack = append(w.stack, frame{m, 0})
		}
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

// begin notes which nodes lead to a gradient that somebody wants, and makes the Scopes
// ready. It panics if another Backward is under way in the graph or its Scopes.
func (w *walk) begin(name string, xs []*Tensor, create bool) {
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
	w.xs, w.begun, w.c.create = xs, true, create
	for _, n := range w.order {
		n.needs = xs == nil
	}
	for _, x := range xs {
		x.node.needs = true
	}
	for _, n := range w.order {
		n.reclaim()
		if xs != nil && n.inputsNeed() {
			n.needs = true
		}
	}
	if !create {
		for _, s := range w.scopes {
			s.back = true
		}
	}
}

// end puts everything back, also when the Backward panicked: then what it computed
// goes to the collector.
func (w *walk) end() {
	if w.begun {
		for _, n := range w.order {
			n.grad = nil
		}
		for _, x := range w.xs {
			x.node.grad, x.node.needs = nil, false
		}
		for _, s := range w.scopes {
			s.back, s.told = false, false
			s.done()
			s.endTemps(w.finished)
		}
	}
	if s := w.home; s != nil && w.finished && cap(w.order) <= mostWalk && cap(w.stack) <= mostWalk {
		clear(w.order)
		clear(w.scopes)
		*w = walk{home: s, order: w.order[:0], scopes: w.scopes[:0], stack: w.stack[:0], work: w.work[:0],
			dead: w.dead[:0], from: w.from[:0]}
		clear(w.stack[:cap(w.stack)])
		clear(w.work[:cap(w.work)])
		clear(w.dead[:cap(w.dead)])
		s.walk = w
	}
}

// tell calls those who want to hear of n's gradient. What they compute is theirs: it is
// made as outside a Backward, but for its memory, which is the Backward's.
func (w *walk) tell(n *node) {
	if len(n.hooks) > 0 {
		pin(n.grad)
	}
	g := *n.grad // the header is the Backward's too
	for _, s := range w.scopes {
		s.told = true
	}
	for _, h := range n.hooks {
		h(&g)
	}
	for _, h := range n.peeks {
		h(&g)
	}
	for _, s := range w.scopes {
		s.told = false
	}
}

// run computes the gradients of n's inputs and frees what that needed in between.
func (w *walk) run(n *node) {
	w.from = w.from[:0]
	for _, s := range w.scopes {
		w.from = append(w.from, len(s.temps))
	}
	w.c.walk, w.c.n, w.c.grad = w, n, n.grad
	n.scope.startBack(n)
	w.c.told = n.listenedTo()
	if w.c.told {
		w.c.made = make([]*Tensor, n.edges())
	}
	n.back(&w.c)
	if w.c.told {
		w.tellGradients()
	}
	w.c.n, w.c.grad, w.c.made = nil, nil, nil
	for i, s := range w.scopes {
		s.sweep(w.from[i])
	}
	for _, b := range w.dead {
		w.release(b)
	}
	w.dead = w.dead[:0]
}

// drop forgets n's gradient, which nobody needs any more.
func (w *walk) drop(n *node) {
	if b := n.letGo(); b != nil {
		w.release(b)
	}
}

// release gives a temporary back to the Scope of this graph that it is from. That of another
// Backward, which goes on around this one, is not ours to free.
func (w *walk) release(b *nd.Buffer) {
	if b.State != nd.Temp {
		return
	}
	for _, s := range w.scopes {
		if s.owns(b) {
			s.release(b)
			return
		}
	}
}

// free ends the graph: results that are kept must not keep it.
func (w *walk) free() {
	for _, n := range w.order {
		if !n.leaf {
			n.free()
		}
	}
	for _, n := range w.order {
		w.work = n.spendKids(w.work)
	}
	for _, n := range w.order {
		if !n.leaf {
			n.in = [3]edge{}
			if n.side != nil {
				n.more = nil
			}
		}
	}
}

// hold makes g n's gradient so far.
func (n *node) hold(g *Tensor) {
	n.grad = g
	if b := g.a.Buf; b.State == nd.Temp && b.Uses < nd.MaxUses {
		b.Uses++
	}
}

// letGo forgets n's gradient and returns its memory if nothing else needs it.
func (n *node) letGo() *nd.Buffer {
	if n.grad == nil {
		return nil
	}
	b := n.grad.a.Buf
	n.grad = nil
	if b.State != nd.Temp || b.Uses == nd.MaxUses { // lost count: it waits for the end
		return nil
	}
	if b.Uses--; b.Uses > 0 || b.Pinned.Load() {
		return nil
	}
	return b
}
