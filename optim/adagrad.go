package optim

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// AdagradOptions are the settings of Adagrad, named as in torch.optim.Adagrad. Start
// from DefaultAdagrad: Eps has no useful zero.
type AdagradOptions struct {
	LR                      float64 `json:"lr"`                        // learning rate, above 0
	LRDecay                 float64 `json:"lr_decay"`                  // the rate is lr/(1 + (step-1)*lr_decay)
	WeightDecay             float64 `json:"weight_decay"`              // an L2 penalty, added to the gradient
	InitialAccumulatorValue float64 `json:"initial_accumulator_value"` // what the sum of squares starts with
	Eps                     float64 `json:"eps"`                       // added to the root in the denominator, above 0
	Maximize                bool    `json:"maximize"`                  // climb instead of descend
}

// DefaultAdagrad returns PyTorch's defaults: a learning rate of 0.01, an eps of 1e-10.
func DefaultAdagrad() AdagradOptions { return AdagradOptions{LR: 1e-2, Eps: 1e-10} }

func (o *AdagradOptions) check(op string) {
	const hint = "; optim.DefaultAdagrad() has PyTorch's values"
	wantPositive(op, "LR", o.LR, hint)
	wantNotNegative(op, "LRDecay", o.LRDecay)
	wantNotNegative(op, "WeightDecay", o.WeightDecay)
	wantNotNegative(op, "InitialAccumulatorValue", o.InitialAccumulatorValue)
	wantPositive(op, "Eps", o.Eps, hint)
}

// Adagrad divides the gradient by the root of the sum of all its squares so far:
//
//	g    = (maximize ? -g : g) + weight_decay*w
//	sum += g*g
//	w   -= lr/(1 + (step-1)*lr_decay) * g / (sqrt(sum) + eps)
//
// Its state is "sum" and "step". Duchi, Hazan and Singer, "Adaptive Subgradient
// Methods for Online Learning and Stochastic Optimization", 2011.
type Adagrad struct {
	core
	groups  []Group[AdagradOptions]
	updates []tensor.Update[tensor.AdagradArgs]
}

// NewAdagrad returns an Adagrad for the given parameters. It panics if an option makes
// no sense, or if a parameter is listed twice.
func NewAdagrad(params []*nn.Param, o AdagradOptions) *Adagrad {
	return newAdagrad("NewAdagrad", oneGroup(params, o))
}

// NewAdagradGroups returns an Adagrad for groups of parameters with options of their
// own.
func NewAdagradGroups(groups []Group[AdagradOptions]) *Adagrad {
	return newAdagrad("NewAdagradGroups", groups)
}

func newAdagrad(op string, groups []Group[AdagradOptions]) *Adagrad {
	a := &Adagrad{core: core{name: "Adagrad", steps: true}, groups: copyGroups(op, groups)}
	for i := range a.groups {
		o := &a.groups[i].Options
		o.check(op)
		a.add(a.groups[i].Params, &o.LR, o.InitialAccumulatorValue, "sum")
	}
	return a
}

// Groups returns the parameters with their options and present learning rates.
func (a *Adagrad) Groups() []Group[AdagradOptions] { return copyGroups("Groups", a.groups) }

// Step updates every parameter that has a gradient and is not frozen.
func (a *Adagrad) Step() {
	take(&a.core, &a.updates, tensor.UpdateAdagrad, func(p *slot) tensor.AdagradArgs {
		o := &a.groups[p.group].Options
		return tensor.AdagradArgs{
			LR: o.LR, LRDecay: o.LRDecay, WeightDecay: o.WeightDecay, Eps: o.Eps, Maximize: o.Maximize, Step: p.step + 1,
		}
	})
}
