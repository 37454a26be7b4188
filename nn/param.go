package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lumen-ml/lumen/tensor"
)

// Initializer says how a parameter's first values are drawn.
type Initializer interface {
	// Draw returns a float32 tensor of the given shape.
	Draw(rng *rand.Rand, shape ...int) *tensor.Tensor
	fmt.Stringer
}

// Param is a tensor that is learned. It carries its initialiser and is filled by
// Init, by LoadState, or, randomly, when it is first used.
//
// Gradients belong to the Pass that handed the parameter out (Pass.Use); Grad reads
// them where one Pass has any.
type Param struct {
	shape []int
	init  Initializer

	filled atomic.Bool
	fill   sync.Mutex // guards filling and what follows
	value  *tensor.Tensor
	loaded bool
	dtype  tensor.DType
	frozen atomic.Bool

	last  atomic.Pointer[handout] // what Use handed out last
	mu    sync.Mutex
	holds []*tensor.Tensor // leaves that have, or had, a gradient
}

// handout is the leaf that a Pass gets for a parameter.
type handout struct {
	pass  *Pass
	value *tensor.Tensor
	leaf  *tensor.Tensor
}

// NewParam returns a parameter of the given shape that init will fill. It panics with
// a *tensor.ShapeError if init is nil or a length is less than 1.
func NewParam(init Initializer, shape ...int) *Param {
	if init == nil {
		badSize("NewParam", "the initialiser is nil: pass one such as nn.Normal{}, or give the values with NewParamOf")
	}
	for _, d := range shape {
		if d <= 0 {
			panic(&tensor.ShapeError{Op: "NewParam", Shapes: [][]int{shape}, Want: "lengths of 1 or more are wanted", Where: tensor.Caller()})
		}
	}
	return &Param{shape: append([]int{}, shape...), init: init}
}

// NewParamOf returns a parameter that starts with a copy of the given values; Init
// leaves them as they are.
func NewParamOf(value *tensor.Tensor) *Param {
	p := &Param{shape: value.Shape(), value: value.Clone().Detach(), loaded: true, dtype: value.DType()}
	p.filled.Store(true)
	return p
}

// Shape returns a copy of the parameter's shape.
func (p *Param) Shape() []int { return append([]int{}, p.shape...) }

// Numel is the number of elements.
func (p *Param) Numel() int {
	n := 1
	for _, d := range p.shape {
		n *= d
	}
	return n
}

// Initializer is what fills the parameter; nil for one made from values.
func (p *Param) Initializer() Initializer { return p.init }

// SetInitializer replaces the initialiser; it takes effect at the next Init, or at
// the first use of a parameter that has no values yet. It panics with a
// *tensor.ShapeError if init is nil.
func (p *Param) SetInitializer(init Initializer) {
	if init == nil {
		badSize("Param.SetInitializer", "the initialiser is nil: pass one such as nn.Normal{}")
	}
	p.init = init
}

// Value returns the parameter's values, untracked. They are the parameter's own
// memory: an optimizer's Step shows in them.
func (p *Param) Value() *tensor.Tensor {
	if !p.filled.Load() {
		p.fill.Lock()
		defer p.fill.Unlock()
		if !p.filled.Load() {
			p.draw(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))
		}
	}
	return p.value
}

// draw fills the parameter, in its own memory if it has any; p.fill is held.
func (p *Param) draw(rng *rand.Rand) {
	if p.init == nil {
		badSize("Param", "it has no initialiser and no values: make it with nn.NewParam or nn.NewParamOf")
	}
	drawn := p.init.Draw(rng, p.shape...)
	if drawn == nil || !slices.Equal(drawn.Shape(), p.shape) {
		var got [][]int
		if drawn != nil {
			got = append(got, drawn.Shape())
		}
		panic(&tensor.ShapeError{Op: fmt.Sprintf("Draw by %v", p.init), Shapes: got, Where: tensor.Caller(),
			Want: fmt.Sprintf("the initialiser must return a tensor of the parameter's shape, %v", p.shape)})
	}
	if p.filled.Load() {
		p.value.CopyFrom(drawn.To(p.value.DType()))
		return
	}
	p.value = drawn.To(p.dtype).Detach()
	p.filled.Store(true)
}

// load replaces the values by src's, converted to the parameter's type. The shapes
// are known to agree.
func (p *Param) load(src *tensor.Tensor) {
	p.fill.Lock()
	defer p.fill.Unlock()
	if p.filled.Load() {
		p.value.CopyFrom(src.To(p.value.DType()))
	} else {
		p.value = src.To(p.dtype).Clone().Detach()
		p.filled.Store(true)
	}
	p.loaded = true
}

// Grad returns the collected gradient, nil if there is none. It panics with a
// *tensor.GraphError if several Passes hold gradients: add them with Reduce.
func (p *Param) Grad() *tensor.Tensor { return p.grad((*tensor.Tensor).Grad) }

// PeekGrad is Grad for those who are done with the gradient before the next ZeroGrad,
// as optimizers are; see [tensor.Tensor.PeekGrad].
func (p *Param) PeekGrad() *tensor.Tensor { return p.grad((*tensor.Tensor).PeekGrad) }

func (p *Param) grad(get func(*tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dropEmpty()
	switch len(p.holds) {
	case 0:
		return nil
	case 1:
		return get(p.holds[0])
	}
	panic(&tensor.GraphError{Op: "Param.Grad", Want: fmt.Sprintf(
		"%d Passes hold gradients of a parameter of shape %v; add them with nn.Reduce, or forget them with ZeroGrad, first",
		len(p.holds), p.shape)})
}

// SetGrad replaces the collected gradient, of all Passes together; nil forgets it. A
// later Backward on the Pass that used the parameter last adds to it.
func (p *Param) SetGrad(g *tensor.Tensor) {
	p.ZeroGrad()
	if g == nil {
		return
	}
	var leaf *tensor.Tensor
	if h := p.last.Load(); h != nil && h.value == p.Value() {
		leaf = h.leaf
	} else {
		leaf = (*tensor.Scope)(nil).Leaf(p.Value(), nil)
	}
	leaf.SetGrad(g)
	p.hold(leaf)
}

// ZeroGrad forgets the gradients of all Passes.
func (p *Param) ZeroGrad() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, l := range p.holds {
		l.ZeroGrad()
		p.holds[i] = nil
	}
	p.holds = p.holds[:0]
}

// hold notes that a leaf has a gradient. It does not look into the other leaves:
// their Passes may be running.
func (p *Param) hold(leaf *tensor.Tensor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.holds {
		if l == leaf {
			return
		}
	}
	p.holds = append(p.holds, leaf)
}

// dropEmpty forgets leaves that have lost their gradient; p.mu is held.
func (p *Param) dropEmpty() {
	keep := p.holds[:0]
	for _, l := range p.holds {
		if l.PeekGrad() != nil {
			keep = append(keep, l)
		}
	}
	clear(p.holds[len(keep):])
	p.holds = keep
}

// Frozen reports whether the parameter takes part in training (see Freeze).
func (p *Param) Frozen() bool { return p.frozen.Load() }

// Buffer is a tensor that belongs to a model's state without being learned, such as
// the running mean of a batch norm.
type Buffer struct{ value *tensor.Tensor }

// NewBuffer returns a buffer that holds a copy of value.
func NewBuffer(value *tensor.Tensor) *Buffer { return &Buffer{value: value.Clone().Detach()} }

// Value returns the buffer's tensor, its own memory.
func (b *Buffer) Value() *tensor.Tensor { return b.value }
