package optim

import (
	"math"
	"slices"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// core is what all optimizers share: their parameters in order, each with its state.
type core struct {
	name  string // of the optimizer
	steps bool   // whether the number of steps is part of the state
	rates []rate // of each group
	slots []slot
	heard []*func(done bool) // by OnStep
}

// rate is a group's learning rate.
type rate struct {
	lr    *float64 // in the group's options
	ratio float64  // to the first group's, from the start
}

// maxState is the most tensors that an optimizer keeps for a parameter.
const maxState = 3

// slot is a parameter with its state.
type slot struct {
	param *nn.Param
	group int
	names [maxState]string         // PyTorch's names of the state; "": not wanted
	state [maxState]*tensor.Tensor // nil before the first step
	first float64                  // what state 0 starts with
	step  int                      // how many steps the parameter has made
	due   bool                     // whether it takes part in the one under way
}

// add appends a group. lr points into its options.
func (c *core) add(params []*nn.Param, lr *float64, first float64, names ...string) {
	r := rate{lr: lr, ratio: 1}
	if len(c.rates) > 0 {
		r.ratio = *lr / *c.rates[0].lr
	}
	for _, p := range params {
		s := slot{param: p, group: len(c.rates), first: first}
		copy(s.names[:], names)
		c.slots = append(c.slots, s)
	}
	c.rates = append(c.rates, r)
}

// next returns the weights and the gradient of a parameter that takes part in this
// step, and makes its state if there is none; g is nil for one that does not.
func (s *slot) next() (w, g *tensor.Tensor) {
	if s.param.Frozen() {
		return nil, nil
	}
	if g = s.param.PeekGrad(); g == nil {
		return nil, nil
	}
	w = s.param.Value()
	for k, name := range s.names {
		if name != "" && s.state[k] == nil {
			s.state[k] = tensor.ZerosLike(w)
			if k == 0 && s.first != 0 {
				s.state[k] = tensor.FullLike(w, s.first)
			}
		}
	}
	return w, g
}

// take is an optimizer's Step: it updates the parameters that take part, together, each with
// its args. all is kept from step to step, so that none allocates.
func take[A any](c *core, all *[]tensor.Update[A], update func([]tensor.Update[A]), args func(*slot) A) {
	c.tell(false)
	defer func() { clear((*all)[:cap(*all)]) }() // it would keep the gradients
	*all = (*all)[:0]
	for i := range c.slots {
		s := &c.slots[i]
		w, g := s.next()
		if s.due = g != nil; s.due {
			*all = append(*all, tensor.Update[A]{W: w, G: g, State: s.state, Args: args(s)})
		}
	}
	update(*all)
	for i := range c.slots {
		if s := &c.slots[i]; s.due {
			s.step++
		}
	}
	c.tell(true)
}

// ZeroGrad forgets the gradients of all parameters.
func (c *core) ZeroGrad() {
	for i := range c.slots {
		c.slots[i].param.ZeroGrad()
	}
}

// OnStep calls f at the beginning of each Step and, with done, at its end, until stop is
// called.
func (c *core) OnStep(f func(done bool)) (stop func()) {
	c.heard = append(slices.Clip(c.heard), &f)
	return func() {
		c.heard = slices.DeleteFunc(slices.Clone(c.heard), func(g *func(bool)) bool { return g == &f })
	}
}

// tell tells of a Step, in two calls.
func (c *core) tell(done bool) {
	for _, f := range c.heard {
		(*f)(done)
	}
}

// LR is the learning rate of the first group.
func (c *core) LR() float64 { return *c.rates[0].lr }

// SetLR sets the learning rate; 0 is allowed. Groups that were made with rates of
// their own keep their ratio to the first group's.
func (c *core) SetLR(lr float64) {
	if !(lr >= 0) || math.IsInf(lr, 1) {
		misuse(c.name+".SetLR", "the learning rate is %v; 0 or more is wanted", lr)
	}
	for _, r := range c.rates {
		*r.lr = lr * r.ratio
	}
}
