package optim

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// AdamOptions are the settings of Adam, named as in torch.optim.Adam. Start from
// DefaultAdam: Eps and Beta2 have no useful zero.
type AdamOptions struct {
	LR          float64 `json:"lr"`           // learning rate, above 0
	Beta1       float64 `json:"beta1"`        // decay of the average of the gradient, 0 or more and below 1
	Beta2       float64 `json:"beta2"`        // decay of the average of its square, between 0 and 1
	Eps         float64 `json:"eps"`          // added to the root in the denominator, above 0
	WeightDecay float64 `json:"weight_decay"` // Adam: an L2 penalty, added to the gradient; AdamW: shrinks the weights
	AMSGrad     bool    `json:"amsgrad"`      // divide by the greatest average of squares so far
	Maximize    bool    `json:"maximize"`     // climb instead of descend
}

// DefaultAdam returns PyTorch's defaults: a learning rate of 0.001, betas of 0.9 and
// 0.999, an eps of 1e-8.
func DefaultAdam() AdamOptions { return AdamOptions{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8} }

func (o *AdamOptions) check(op, hint string) {
	wantPositive(op, "LR", o.LR, hint)
	if !(o.Beta1 >= 0 && o.Beta1 < 1) {
		misuse(op, "Beta1 is %v; 0 or more and below 1 is wanted%s", o.Beta1, hint)
	}
	wantDecay(op, "Beta2", o.Beta2, hint)
	wantPositive(op, "Eps", o.Eps, hint)
	wantNotNegative(op, "WeightDecay", o.WeightDecay)
}

// Adam divides the moving average of the gradient by the root of that of its square,
// both corrected for their start at zero:
//
//	g  = (maximize ? -g : g) + weight_decay*w
//	m  = beta1*m + (1-beta1)*g
//	v  = beta2*v + (1-beta2)*g*g
//	w -= lr * m/(1-beta1^step) / (sqrt(v/(1-beta2^step)) + eps)
//
// With AMSGrad the greatest v so far takes v's place. Its state is "exp_avg",
// "exp_avg_sq", "max_exp_avg_sq" (AMSGrad) and "step". Kingma and Ba, "Adam: A Method
// for Stochastic Optimization", 2014; Reddi and others, "On the Convergence of Adam
// and Beyond", 2018.
type Adam struct {
	adam
	groups []Group[AdamOptions]
}

// NewAdam returns an Adam for the given parameters. It panics if an option makes no
// sense, or if a parameter is listed twice.
func NewAdam(params []*nn.Param, o AdamOptions) *Adam { return newAdam("NewAdam", oneGroup(params, o)) }

// NewAdamGroups returns an Adam for groups of parameters with options of their own.
func NewAdamGroups(groups []Group[AdamOptions]) *Adam { return newAdam("NewAdamGroups", groups) }

func newAdam(op string, groups []Group[AdamOptions]) *Adam {
	a := &Adam{adam: adam{core: core{name: "Adam", steps: true}}, groups: copyGroups(op, groups)}
	for i := range a.groups {
		o := &a.groups[i].Options
		o.check(op, "; optim.DefaultAdam() has PyTorch's values")
		a.addAdam(a.groups[i].Params, o)
	}
	return a
}

// Groups returns the parameters with their options and present learning rates.
func (a *Adam) Groups() []Group[AdamOptions] { return copyGroups("Groups", a.groups) }

// adam is what Adam and AdamW share.
type adam struct {
	core
	options   []*AdamOptions // of each group
	decoupled bool
	updates   []tensor.Update[tensor.AdamArgs]
}

func (a *adam) addAdam(params []*nn.Param, o *AdamOptions) {
	a.options = append(a.options, o)
	if o.AMSGrad {
		a.add(params, &o.LR, 0, "exp_avg", "exp_avg_sq", "max_exp_avg_sq")
	} else {
		a.add(params, &o.LR, 0, "exp_avg", "exp_avg_sq")
	}
}

// Step updates every parameter that has a gradient and is not frozen.
func (a *adam) Step() {
	take(&a.core, &a.updates, tensor.UpdateAdam, func(p *slot) tensor.AdamArgs {
		o := a.options[p.group]
		return tensor.AdamArgs{
			LR: o.LR, Beta1: o.Beta1, Beta2: o.Beta2, Eps: o.Eps, WeightDecay: o.WeightDecay,
			Decoupled: a.decoupled, AMSGrad: o.AMSGrad, Maximize: o.Maximize, Step: p.step + 1,
		}
	})
}
