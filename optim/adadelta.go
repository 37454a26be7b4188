package optim

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// AdadeltaOptions are the settings of Adadelta, named as in torch.optim.Adadelta.
// Start from DefaultAdadelta: Rho and Eps have no useful zero.
type AdadeltaOptions struct {
	LR          float64 `json:"lr"`           // factor of the update, above 0
	Rho         float64 `json:"rho"`          // decay of both averages, between 0 and 1
	Eps         float64 `json:"eps"`          // added below both roots, above 0
	WeightDecay float64 `json:"weight_decay"` // an L2 penalty, added to the gradient
	Maximize    bool    `json:"maximize"`     // climb instead of descend
}

// DefaultAdadelta returns PyTorch's defaults: a learning rate of 1, a rho of 0.9, an
// eps of 1e-6.
func DefaultAdadelta() AdadeltaOptions { return AdadeltaOptions{LR: 1, Rho: 0.9, Eps: 1e-6} }

func (o *AdadeltaOptions) check(op string) {
	const hint = "; optim.DefaultAdadelta() has PyTorch's values"
	wantPositive(op, "LR", o.LR, hint)
	wantDecay(op, "Rho", o.Rho, hint)
	wantPositive(op, "Eps", o.Eps, hint)
	wantNotNegative(op, "WeightDecay", o.WeightDecay)
}

// Adadelta scales the gradient by the ratio of the roots of two moving averages, that
// of its own past changes and that of the gradient:
//
//	g     = (maximize ? -g : g) + weight_decay*w
//	sq    = rho*sq + (1-rho)*g*g
//	delta = sqrt(acc + eps) / sqrt(sq + eps) * g
//	acc   = rho*acc + (1-rho)*delta*delta
//	w    -= lr*delta
//
// Its state is "square_avg", "acc_delta" and "step". Zeiler, "ADADELTA: An Adaptive
// Learning Rate Method", 2012.
type Adadelta struct {
	core
	groups  []Group[AdadeltaOptions]
	updates []tensor.Update[tensor.AdadeltaArgs]
}

// NewAdadelta returns an Adadelta for the given parameters. It panics if an option
// makes no sense, or if a parameter is listed twice.
func NewAdadelta(params []*nn.Param, o AdadeltaOptions) *Adadelta {
	return newAdadelta("NewAdadelta", oneGroup(params, o))
}

// NewAdadeltaGroups returns an Adadelta for groups of parameters with options of their
// own.
func NewAdadeltaGroups(groups []Group[AdadeltaOptions]) *Adadelta {
	return newAdadelta("NewAdadeltaGroups", groups)
}

func newAdadelta(op string, groups []Group[AdadeltaOptions]) *Adadelta {
	a := &Adadelta{core: core{name: "Adadelta", steps: true}, groups: copyGroups(op, groups)}
	for i := range a.groups {
		o := &a.groups[i].Options
		o.check(op)
		a.add(a.groups[i].Params, &o.LR, 0, "square_avg", "acc_delta")
	}
	return a
}

// Groups returns the parameters with their options and present learning rates.
func (a *Adadelta) Groups() []Group[AdadeltaOptions] { return copyGroups("Groups", a.groups) }

// Step updates every parameter that has a gradient and is not frozen.
func (a *Adadelta) Step() {
	take(&a.core, &a.updates, tensor.UpdateAdadelta, func(p *slot) tensor.AdadeltaArgs {
		o := &a.groups[p.group].Options
		return tensor.AdadeltaArgs{
			LR: o.LR, Rho: o.Rho, Eps: o.Eps, WeightDecay: o.WeightDecay, Maximize: o.Maximize,
		}
	})
}
