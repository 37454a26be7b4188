package tensor

import (
	"slices"
	"sync/atomic"
	"weak"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// node is one recorded operation, or a leaf: a tensor that collects its gradient.
type node struct {
	name string // of the operation, as in errors and for listeners: "max_pool2d"
	// back computes the gradients of the inputs. It is written in tensor operations
	// on what the context hands out, so that the same formula serves second
	// derivatives; where c.create is false it may call a fused device function. It is
	// a plain function: what it needs lies in the node.
	back  func(c *context)
	fused bool // back has no form that can itself be differentiated
	scope *Scope
	out   *nd.Buffer // the result's memory, spent when the node is freed
	dtype DType
	rank  uint8
	freed bool
	dims  [MaxDims]int32

	in     [3]edge
	*extra // what back needs besides, nil of a leaf and of an operation that keeps nothing
	*side  // what few nodes have, nil of the others

	kid     *edge // results computed from this one, tracked: a list through edge.next
	kids    uint8 // length of that list
	leaf    bool
	retains bool // a result that keeps its gradient

	// scratch of a running Backward
	needs bool
	mark  uint64
	grad  *Tensor
}

// side is what leaves have and few operations.
type side struct {
	more  []edge       // inputs beyond the third
	loose []*nd.Buffer // results computed from this one, untracked
	hooks []func(g *Tensor)
	peeks []func(g *Tensor) // hooks that do not keep what they see
	layer string            // that this was recorded in, if anybody listens to OnOpStart
	note  any               // Annotate

	keep  *Tensor     // the gradient collected so far, of a leaf or a result that retains its own
	spare *nd.Buffer  // of a forgotten keep that nobody holds for good: to go back to the Scope
	lent  atomic.Bool // others may hold keep for good
	first func(*Tensor)
	self  *Tensor // of a leaf: the tensor, for first
}

// beside is n's side, made if there is none.
func (n *node) beside() *side {
	if n.side == nil {
		n.side = new(side)
	}
	return n.side
}

// extra is what an operation keeps for its backward. Only its node refers to it, and
// that forgets it when its graph is done: the Scope uses it again.
type extra struct {
	saved [2]saved
	rest  []saved
	i     [8]int // an operation's own numbers
	f     [4]float64
	attr  any
}

// How many results a node remembers, to spend their memory when it is freed itself. What
// comes after them goes to the collector: a node that lives long must not hold all that
// is ever computed from it.
const mostKids, mostLoose = 16, 64

// edge leads from an operation to the node of one of its inputs.
type edge struct {
	node  *node // nil: the input is not tracked
	owner *node
	next  *edge
}

// saved is a value that backward needs.
type saved struct {
	a       nd.Array
	version uint32
	node    *node // for second derivatives
	scope   *Scope
	set     bool
}

func newLeaf(t *Tensor) *node {
	n := &node{leaf: true, scope: t.scope, dtype: t.a.Type, rank: t.a.Rank, dims: t.a.Dims}
	n.side = &side{self: t}
	return n
}

// record notes that y was computed by the named operation from the inputs, if one of them is
// tracked, and returns the node (nil if none is) for values to be saved in. It
// also tells the Scope's observer.
func record(name string, back func(*context), y *Tensor, in ...*Tensor) *node {
	n := link(name, back, y, in...)
	if n != nil {
		n.extra = n.scope.newExtra()
	}
	observe(name, y, in)
	return n
}

// recordBare is record for an operation whose backward needs the incoming gradient only.
func recordBare(name string, back func(*context), y *Tensor, in ...*Tensor) {
	link(name, back, y, in...)
	observe(name, y, in)
}

// link makes the node of record, nil if no input is tracked.
func link(name string, back func(*context), y *Tensor, in ...*Tensor) *node {
	tracked := false
	for _, t := range in {
		if t == nil {
			continue
		}
		t.upToDate(name)
		tracked = tracked || t.node != nil
	}
	var n *node
	if !tracked {
		spendAlong(y, in)
	} else {
		n = &node{name: name, back: back, scope: y.scope, out: y.a.Buf, dtype: y.a.Type, rank: y.a.Rank, dims: y.a.Dims}
		if len(in) > len(n.in) {
			n.beside().more = make([]edge, len(in)-len(n.in))
		}
		for i, t := range in {
			if t == nil || t.node == nil {
				continue
			}
			e := n.edge(i)
			e.node, e.owner = t.node, n
			if !t.node.leaf && t.node.kids < mostKids {
				e.next, t.node.kid = t.node.kid, e
				t.node.kids++
			}
		}
		y.node = n
		if s := y.scope; s != nil && s.starting != nil {
			n.beside().layer = s.layer
		}
		if n.late() {
			n.freed = true
			n.scope.spend(n.out)
		}
	}
	return n
}

// untracked notes a result that has no gradient (a comparison, an index) and is to
// be spent with the graph it was computed from.
func untracked(name string, y *Tensor, in ...*Tensor) *Tensor {
	for _, t := range in {
		if t != nil {
			t.upToDate(name)
		}
	}
	spendAlong(y, in)
	observe(name, y, in)
	return y
}

// spendAlong arranges for the memory of an untracked result to be spent together
// with the graph that it was computed from, directly or through other such results:
// at once if that graph is done.
func spendAlong(y *Tensor, in []*Tensor) {
	b := y.a.Buf
	if b.State != nd.Live || b.Owner != nil || y.scope == nil {
		return
	}
	for _, t := range in {
		if t == nil {
			continue
		}
		n := t.node
		if n == nil {
			if t.a.Buf.State == nd.Spent && t.scope == y.scope {
				y.scope.spend(b)
				return
			}
			n = ownerOf(t.a.Buf)
		}
		if n == nil || n.leaf || n.scope != y.scope {
			continue
		}
		switch {
		case n.freed:
			y.scope.spend(b)
		case len(n.beside().loose) < mostLoose:
			n.loose = append(n.loose, b)
		}
		b.Owner = weak.Make(n) // who keeps a prediction does not keep the graph
		return
	}
}

// ownerOf is the node whose end spends b, an untracked result's memory; nil if there
// is none or its graph was dropped.
func ownerOf(b *nd.Buffer) *node {
	w, _ := b.Owner.(weak.Pointer[node])
	return w.Value()
}

// upToDate panics if t is a view of memory that a recorded change in place has
// altered since: t's history does not tell of that.
func (t *Tensor) upToDate(op string) {
	if t.seen != 0 && t.a.Buf.Recorded >= t.seen {
		badGraph(op, "a view of shape %v was taken before its tensor was changed in place; take it again after the change", t.Shape())
	}
}

func observe(name string, y *Tensor, in []*Tensor) {
	s := y.scope
	if s == nil || s.observer == nil && s.starting == nil && s.ended == nil || s.back {
		return
	}
	s.done()
	if s.starting != nil && s.layers != nil {
		s.layers.Made(name, y)
	}
	if s.ended != nil {
		s.tellResult(name, y, in)
	}
	if s.observer != nil {
		s.observer(name, y, slices.Clone(in)) // a clone, so that the callers' own stay on their stacks
	}
}

func (n *node) edge(i int) *edge {
	if i < len(n.in) {
		return &n.in[i]
	}
	return &n.more[i-len(n.in)]
}

func (n *node) edges() int {
	if n.side == nil {
		return len(n.in)
	}
	return len(n.in) + len(n.more)
}

// save keeps t for backward as value k. An operation's own result may be saved too.
func (n *node) save(k int, t *Tensor) {
	if t == nil {
		return
	}
	for k >= len(n.saved)+len(n.rest) {
		n.rest = append(n.rest, saved{})
	}
	s := n.slotOf(k)
	s.a, s.node, s.scope, s.set = t.a, t.node, t.scope, true
	s.version = t.a.Buf.Version
}

// slotOf is where value k is kept; nil if neither it nor a later one was.
func (n *node) slotOf(k int) *saved {
	switch {
	case n.extra == nil:
		return nil
	case k < len(n.saved):
		return &n.saved[k]
	case k < len(n.saved)+len(n.rest):
		return &n.rest[k-len(n.saved)]
	}
	return nil
}

// context is what an operation's back function works with.
type context struct {
	walk   *walk
	n      *node
	grad   *Tensor   // of the result
	create bool      // gradients are to be differentiable: use recorded operations only
	told   bool      // OnOpDone is to hear of what is made, so that grad must stay what it is
	made   []*Tensor // if told: for each input
}

// saved is value k as it was kept: tracked if gradients are to be differentiable,
// else an alias without history.
func (c *context) saved(k int) *Tensor {
	s := c.n.slotOf(k)
	if s == nil || !s.set {
		return nil
	}
	b := s.a.Buf
	if b.Gen != s.a.Gen {
		badGraph("Backward", "a value that %s saved belongs to a step whose memory was taken over; "+
			"run Backward before the next forward on that Pass", c.n.name)
	}
	if b.Version != s.version {
		badGraph("Backward", "a value of shape %v that %s saved was changed in place afterwards "+
			"(version %d, saved at version %d); use the form that is not in place, or Clone before it",
			s.a.Shape(), c.n.name, b.Version, s.version)
	}
	t := c.n.scope.header()
	t.a, t.scope = s.a, c.n.scope
	if c.create {
		t.scope, t.node = s.scope, s.node
	}
	return t
}

// needs reports whether the gradient of input i is wanted.
func (c *context) needs(i int) bool {
	if i >= c.n.edges() {
		return false
	}
	m := c.n.edge(i).node
	return m != nil && m.needs
}

// set adds g to the gradient of input i. Where the input was broadcast, g is summed
// to the input's shape.
func (c *context) set(i int, g *Tensor) {
	if !c.needs(i) {
		return
	}
	m := c.n.edge(i).node
	g = sumTo(g, m.dims, int(m.rank))
	if c.told {
		c.made[i] = g
	}
	if m.grad == nil {
		m.hold(g)
		return
	}
	if c.own(m.grad) && !c.twice(i) && g.node == nil && nd.SameShape(&m.grad.a, &g.a) && m.grad.a.Type == g.a.Type {
		m.grad.device().Binary(kernel.Add, &m.grad.a, &m.grad.a, &g.a)
		return
	}
	sum := m.grad.Add(g)
	if b := m.letGo(); b != nil { // the operation may yet use it
		c.walk.dead = append(c.walk.dead, b)
	}
	m.hold(sum)
}

// sumTo sums g over the dimensions in which a tensor of the given shape was
// broadcast to g's.
func sumTo(g *Tensor, dims [MaxDims]int32, rank int) *Tensor {
	if int(g.a.Rank) == rank && g.a.Dims == dims {
		return g
	}
	lead := int(g.a.Rank) - rank
	sum := uint8(0)
	for i := range int(g.a.Rank) {
		if i < lead || dims[i-lead] == 1 && g.a.Dims[i] != 1 {
			sum |= 1 << i
		}
	}
	if sum != 0 {
		g = g.sumMask(begin("Sum", g), sum, true)
	}
	return g.reshape(begin("Reshape", g), dims, rank)
}
