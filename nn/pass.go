package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Pass is one use of a model after another by one goroutine: training or inference.
// It hands out the parameters, owns the step's memory (tensor.Scope), collects the
// gradients, holds the random stream of dropout, and tells an observer what happens.
//
// Results made under a training Pass are valid until the first Use (the next
// forward) after a Backward; then they panic with *tensor.StaleError. Keep others
// with Data, Clone or Detach.
type Pass struct {
	tensor.Scope
	training  bool
	source    *rand.PCG
	rng       *rand.Rand
	leaves    map[*Param]*handout
	order     []*Param // of leaves, as they were first used
	eval      map[any]bool
	listening []*Observation
	observed  *Observation // by Observe
	told      bool         // an observer is running
	tracing   []*trace
	traced    *traced // nil if nobody traces
}

// Training returns a Pass that trains; seed starts the random stream that dropout
// draws from.
func Training(seed uint64) *Pass {
	p := &Pass{training: true, leaves: map[*Param]*handout{}}
	p.source = rand.NewPCG(seed, 0x6c756d656e) // "lumen": not the stream of a plain NewPCG(seed, 0)
	p.rng = rand.New(p.source)
	return p
}

// Inference returns a Pass that records nothing: dropout does nothing, batch norm
// uses its running statistics.
func Inference() *Pass { return &Pass{} }

// Use returns the parameter's value for a computation in this Pass: tracked in
// training; detached in inference, and in training where the parameter is frozen or
// was given to Eval. Layers fetch their parameters through it in every Forward; nil,
// such as the bias of a layer without one, gives nil.
func (p *Pass) Use(q *Param) *tensor.Tensor {
	p.wantPass("Pass.Use")
	if q == nil {
		return nil
	}
	for _, o := range p.listening {
		if o.param(q) {
			o.begun = true
		}
	}
	if p.traced != nil {
		p.traced.param(q)
	}
	v := q.Value()
	if !p.training {
		return p.Within(v)
	}
	p.TakeOver()
	if q.frozen.Load() || p.eval[q] {
		return p.Within(v)
	}
	if h := q.last.Load(); h != nil && h.pass == p && h.value == v {
		return h.leaf
	}
	h := p.leaves[q]
	if h == nil || h.value != v {
		if h == nil {
			p.order = append(p.order, q)
		}
		h = &handout{pass: p, value: v, leaf: p.Leaf(v, q.hold)}
		p.leaves[q] = h
	}
	q.last.Store(h)
	return h.leaf
}

// Eval makes the layers and parameters in root (part of a model) behave as in
// inference under this Pass, while the rest trains. Gradients still flow through
// them to earlier layers. It holds as long as the Pass does.
func (p *Pass) Eval(root any) {
	if p.eval == nil {
		p.eval = map[any]bool{}
	}
	walk(root, func(_ string, v any) { p.eval[v] = true })
}

// IsTraining reports whether layer is to behave as in training: dropout drops,
// batch norm uses the batch's statistics. layer is a pointer.
func (p *Pass) IsTraining(layer any) bool { return p.training && !p.eval[layer] }

// Reset makes the memory of an inference Pass's results available to new ones; using
// one of the old results afterwards panics with a *tensor.StaleError. From the first
// call on the Pass remembers its results, so call it once a forward. A training Pass
// does this by itself, as said above.
func (p *Pass) Reset() {
	if p.training {
		p.TakeOver()
		return
	}
	p.Scope.Reset()
}

// Rand is the Pass's random stream. A Pass of Inference has none and panics.
func (p *Pass) Rand() *rand.Rand {
	if p.rng == nil {
		panic(&tensor.GraphError{Op: "Pass.Rand", Want: "an inference Pass has no random stream; use nn.Training(seed)", Where: tensor.Caller()})
	}
	return p.rng
}

// RandState returns the state of the random stream, for a checkpoint.
func (p *Pass) RandState() ([]byte, error) {
	if p.source == nil {
		return nil, fmt.Errorf("nn: an inference Pass has no random stream")
	}
	return p.source.MarshalBinary()
}

// SetRandState puts the random stream where RandState found it.
func (p *Pass) SetRandState(b []byte) error {
	if p.source == nil {
		return fmt.Errorf("nn: an inference Pass has no random stream")
	}
	if err := p.source.UnmarshalBinary(b); err != nil {
		return fmt.Errorf("nn: state of a random stream of %d bytes: %w", len(b), err)
	}
	return nil
}

// Reduce adds the gradients of several Passes over one model into the first Pass
// that has one, in the order of the arguments, parameter by parameter; the others'
// are forgotten. The sum is that of one Pass over all batches if each loss was weighted
// by its batch's share of the items. It is called between Backward and Step, when no Pass is running.
func Reduce(passes ...*Pass) {
	for _, p := range passes {
		p.wantPass("Reduce")
	}
	done := map[*Param]bool{}
	for i, p := range passes {
		for _, q := range p.order {
			if done[q] {
				continue
			}
			done[q] = true
			var total *tensor.Tensor
			for _, other := range passes[i:] {
				h := other.leaves[q]
				if h == nil || h.leaf.Grad() == nil {
					continue
				}
				g := h.leaf.Grad()
				if total == nil {
					total = g
				} else {
					total = total.Add(g)
				}
				h.leaf.ZeroGrad()
			}
			if total != nil {
				p.leaves[q].leaf.SetGrad(total.Detach())
			}
		}
	}
}
