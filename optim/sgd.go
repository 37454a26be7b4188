package optim

import (
	"math"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// SGDOptions are the settings of SGD, named as in torch.optim.SGD.
type SGDOptions struct {
	LR          float64 `json:"lr"`           // learning rate, above 0
	Momentum    float64 `json:"momentum"`     // 0: none
	Dampening   float64 `json:"dampening"`    // of the gradient's share in the momentum
	WeightDecay float64 `json:"weight_decay"` // an L2 penalty, added to the gradient
	Nesterov    bool    `json:"nesterov"`     // wants momentum, and no dampening
	Maximize    bool    `json:"maximize"`     // climb instead of descend
}

// DefaultSGD returns PyTorch's defaults: a learning rate of 0.001, no momentum.
func DefaultSGD() SGDOptions { return SGDOptions{LR: 1e-3} }

func (o *SGDOptions) check(op string) {
	wantPositive(op, "LR", o.LR, "; 0.1 to 0.001 is usual")
	wantNotNegative(op, "Momentum", o.Momentum)
	if math.IsNaN(o.Dampening) || math.IsInf(o.Dampening, 0) {
		misuse(op, "Dampening is %v; a number, usually 0, is wanted", o.Dampening)
	}
	wantNotNegative(op, "WeightDecay", o.WeightDecay)
	if o.Nesterov && (o.Momentum == 0 || o.Dampening != 0) {
		misuse(op, "Nesterov wants a Momentum above 0 and a Dampening of 0, not %v and %v", o.Momentum, o.Dampening)
	}
}

// SGD is stochastic gradient descent, with PyTorch's form of momentum:
//
//	g   = (maximize ? -g : g) + weight_decay*w
//	buf = first step ? g : momentum*buf + (1-dampening)*g
//	w  -= lr * (momentum == 0 ? g : nesterov ? g + momentum*buf : buf)
//
// Its state is "momentum_buffer". Sutskever and others, "On the importance of
// initialization and momentum in deep learning", 2013.
type SGD struct {
	core
	groups  []Group[SGDOptions]
	updates []tensor.Update[tensor.SGDArgs]
}

// NewSGD returns an SGD for the given parameters. It panics if an option makes no
// sense, or if a parameter is listed twice.
func NewSGD(params []*nn.Param, o SGDOptions) *SGD { return newSGD("NewSGD", oneGroup(params, o)) }

// NewSGDGroups returns an SGD for groups of parameters with options of their own.
func NewSGDGroups(groups []Group[SGDOptions]) *SGD { return newSGD("NewSGDGroups", groups) }

func newSGD(op string, groups []Group[SGDOptions]) *SGD {
	s := &SGD{core: core{name: "SGD"}, groups: copyGroups(op, groups)}
	for i := range s.groups {
		o := &s.groups[i].Options
		o.check(op)
		if o.Momentum != 0 {
			s.add(s.groups[i].Params, &o.LR, 0, "momentum_buffer")
		} else {
			s.add(s.groups[i].Params, &o.LR, 0)
		}
	}
	return s
}

// Groups returns the parameters with their options and present learning rates.
func (s *SGD) Groups() []Group[SGDOptions] { return copyGroups("Groups", s.groups) }

// Step updates every parameter that has a gradient and is not frozen.
func (s *SGD) Step() {
	take(&s.core, &s.updates, tensor.UpdateSGD, func(p *slot) tensor.SGDArgs {
		o := &s.groups[p.group].Options
		return tensor.SGDArgs{
			LR: o.LR, Momentum: o.Momentum, Dampening: o.Dampening, WeightDecay: o.WeightDecay,
			Nesterov: o.Nesterov, Maximize: o.Maximize, First: p.step == 0,
		}
	})
}
