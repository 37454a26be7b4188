package tensor

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"github.com/lumen-ml/lumen/internal/nd"
)

// Scope owns the memory of a step and hears of every operation in it. It is the
// lower half of nn.Pass. Tensors carry their Scope, so that x.ReLU() knows where
// it is; a result belongs to the Scope of its first tracked operand.
//
// A Scope belongs to one goroutine. What goes to another goes through Detach.
//
// Memory. The buffer of a recorded result is live until a Backward that frees the
// graph has visited it; then it is spent: still readable, until TakeOver (the next
// forward) hands it to new results and raises its generation, after which a use
// of the old tensor panics with a *StaleError. What Backward itself computes in
// between is free as soon as it returns. The Scope refers to spent and free
// buffers only: a graph that is dropped without Backward goes to the collector.
// Results of up to 4 elements never go stale. A buffer knows whose it is, and whatever
// graph it got into, goes back to that Scope only.
type Scope struct {
	id       uint32 // the Home of its buffers, 0 before the first one
	free     [classes][]*nd.Buffer
	spent    []*nd.Buffer
	temps    []*nd.Buffer // made inside a running Backward
	back     bool         // inside Backward
	reuse    bool         // an inference Scope whose owner calls Reset
	loose    []*nd.Buffer // its untracked results since the last Reset
	observer func(op string, t *Tensor, operands []*Tensor)
	backward []*func(y *Tensor, done bool) // OnBackward
	starting func(op, layer string)        // OnOpStart
	ended    []*func(*Done)                // OnOpDone, nil if nobody listens
	layers   Layers                        // SetLayers
	layer    string                        // of the operation that began last, if anybody listens to OnOpStart
	extras   []*extra                      // of finished graphs, cleared
	told     bool                          // inside Backward, but in what OnGrad calls
	headers  []*Tensor                     // for what a Backward computes in between
	headed   int                           // how many of them are in use
	walk     *walk                         // memory for the next Backward
}

// mostExtras and mostHeaders bound what a Scope keeps for the nodes of later graphs.
const mostExtras, mostHeaders = 4096, 4096

// header is an empty Tensor. Inside Backward nobody outside gets hold of what is
// computed, so that the next Backward may have the same ones.
func (s *Scope) header() *Tensor {
	if s == nil || !s.back || s.told || s.headed == mostHeaders {
		return new(Tensor)
	}
	if s.headed == len(s.headers) {
		s.headers = append(s.headers, new(Tensor))
	}
	s.headed++
	return s.headers[s.headed-1]
}

// sweep frees the temporaries from the given one on that are no node's gradient.
func (s *Scope) sweep(from int) {
	kept := s.temps[:from]
	for _, b := range s.temps[from:] {
		if b.State == nd.Temp && (b.Uses > 0 || b.Pinned.Load()) {
			kept = append(kept, b)
		} else if b.State == nd.Temp {
			s.release(b)
		}
	}
	clear(s.temps[len(kept):])
	s.temps = kept
}

// endTemps frees what a Backward computed in between; after a panic it goes to the
// collector.
func (s *Scope) endTemps(finished bool) {
	if finished {
		for _, b := range s.temps {
			s.release(b)
		}
		for _, t := range s.headers[:s.headed] {
			*t = Tensor{}
		}
	} else {
		s.headers = nil
	}
	clear(s.temps)
	s.temps, s.headed = s.temps[:0], 0
}

func (s *Scope) newExtra() *extra {
	if s == nil || len(s.extras) == 0 {
		return new(extra)
	}
	k := len(s.extras) - 1
	e := s.extras[k]
	s.extras = s.extras[:k]
	return e
}

func (s *Scope) dropExtra(e *extra) {
	if s != nil && len(s.extras) < mostExtras {
		clear(e.rest)
		*e = extra{rest: e.rest[:0]}
		s.extras = append(s.extras, e)
	}
}

// smallest is the number of elements up to which a result lives by itself.
const smallest = 4

// classes of buffer sizes: 8 an octave, so that at most an eighth is wasted, and nothing of
// the weights of 3 x 3 kernels between powers of two of channels.
const classes = 320

func classOf(n int) (class, size int) {
	if n <= 64 {
		return 0, 64
	}
	m := n - 1
	e := bits.Len(uint(m)) - 4
	q := m >> e // 8..15
	return (e-3)*8 + q - 8 + 1, (q + 1) << e
}

// homes counts the Scopes that have made buffers.
var homes atomic.Uint32

// owns reports whether s made b.
func (s *Scope) owns(b *nd.Buffer) bool { return b.Home == s.id && b.Home != 0 }

// buffer is memory for a result of n elements. It is not cleared.
func (s *Scope) buffer(dev *nd.Device, n, bytes int) *nd.Buffer {
	if s == nil || n <= smallest {
		return dev.Alloc(bytes)
	}
	class, size := classOf(bytes)
	var b *nd.Buffer
	if l := s.free[class]; len(l) > 0 && l[len(l)-1].Device == dev {
		b = l[len(l)-1]
		l[len(l)-1] = nil
		s.free[class] = l[:len(l)-1]
	} else {
		b = dev.Alloc(size)
		if s.id == 0 {
			s.id = homes.Add(1)
		}
		b.Home = s.id
	}
	b.State, b.Uses = nd.Live, 0
	switch {
	case s.back:
		b.State = nd.Temp
		s.temps = append(s.temps, b)
	case s.reuse:
		s.loose = append(s.loose, b)
	}
	return b
}

// spend marks b as no longer needed by a graph.
func (s *Scope) spend(b *nd.Buffer) {
	if s != nil && b != nil && b.State == nd.Live && s.owns(b) && !b.Pinned.Load() {
		b.State = nd.Spent
		s.spent = append(s.spent, b)
	}
}

// release hands b to whoever asks next; older tensors on it are stale.
func (s *Scope) release(b *nd.Buffer) {
	if b.Pinned.Load() || b.State == nd.Free || b.State == nd.Plain || !s.owns(b) {
		return
	}
	b.Gen++
	b.Version, b.Recorded, b.Owner = 0, 0, nil
	b.State = nd.Free
	class, _ := classOf(b.Bytes())
	s.free[class] = append(s.free[class], b)
}

// TakeOver makes the memory of finished graphs available to new results: the first
// forward after a Backward calls it (nn.Pass.Use does).
func (s *Scope) TakeOver() {
	if len(s.spent) == 0 || s.back {
		return
	}
	for i, b := range s.spent {
		s.release(b)
		s.spent[i] = nil
	}
	s.spent = s.spent[:0]
}

// Reset makes the memory of every untracked result since the last Reset available
// again; using one of those afterwards panics with a *StaleError. From the first
// call on the Scope remembers such results, so call it once a forward.
func (s *Scope) Reset() {
	s.TakeOver()
	s.reuse = true
	for i, b := range s.loose {
		s.release(b)
		s.loose[i] = nil
	}
	s.loose = s.loose[:0]
}

// OnOp sets what hears of each operation's result, or stops that with nil. The
// listener gets the operation's name ("relu"), the result and the operands, nil among
// them where one was left out, and must copy what it keeps.
func (s *Scope) OnOp(f func(op string, t *Tensor, operands []*Tensor)) { s.observer = f }

// OnBackward calls f at each Backward from a result of this Scope, when it begins and, with
// done, when it has ended, until stop is called. GradOf is not told.
func (s *Scope) OnBackward(f func(y *Tensor, done bool)) (stop func()) {
	s.backward = append(slices.Clip(s.backward), &f)
	return func() {
		s.backward = slices.DeleteFunc(slices.Clone(s.backward), func(g *func(*Tensor, bool)) bool { return g == &f })
	}
}

// tellBackward tells those who listen to OnBackward.
func (s *Scope) tellBackward(y *Tensor, done bool) {
	for _, f := range s.backward {
		(*f)(y, done)
	}
}

// Within returns t as seen inside this Scope, untracked: results of operations on
// it belong to the Scope. Memory is shared, and no longer recycled if it is another
// step's.
func (s *Scope) Within(t *Tensor) *Tensor {
	begin("Within", t)
	share(t)
	return &Tensor{a: t.a, scope: s}
}

// Adopt is Within for a tensor that is not tracked and belongs to no Scope, such as
// a batch of data; any other is returned as it is.
func (s *Scope) Adopt(t *Tensor) *Tensor {
	notNil("Adopt", t)
	if t.node != nil || t.scope != nil {
		return t
	}
	return t.view(s)
}

// Leaf returns t as a tracked leaf of this Scope: memory is shared, gradients
// collect in the returned tensor. If first is not nil it is called whenever the
// leaf gets a gradient while having none.
func (s *Scope) Leaf(t *Tensor, first func(leaf *Tensor)) *Tensor {
	begin("Leaf", t)
	floats("Leaf", t)
	share(t)
	l := &Tensor{a: t.a, scope: s}
	l.node = newLeaf(l)
	l.node.first = first
	return l
}

// share keeps a step's memory from being recycled, since another graph is to use it.
func share(t *Tensor) {
	if t.a.Buf.State != nd.Plain {
		pin(t)
	}
}
