package optim

import "github.com/lumen-ml/lumen/nn"

// AdamWOptions are the settings of AdamW: the fields of AdamOptions, with other
// defaults. Start from DefaultAdamW.
type AdamWOptions AdamOptions

// DefaultAdamW returns PyTorch's defaults: those of Adam with a weight decay of 0.01.
func DefaultAdamW() AdamWOptions {
	o := AdamWOptions(DefaultAdam())
	o.WeightDecay = 1e-2
	return o
}

// AdamW is Adam with a weight decay that acts on the weights, w *= 1 - lr*weight_decay
// before the update, and not through the gradient. Loshchilov and Hutter, "Decoupled
// Weight Decay Regularization", 2017.
type AdamW struct {
	adam
	groups []Group[AdamWOptions]
}

// NewAdamW returns an AdamW for the given parameters. It panics if an option makes no
// sense, or if a parameter is listed twice.
func NewAdamW(params []*nn.Param, o AdamWOptions) *AdamW {
	return newAdamW("NewAdamW", oneGroup(params, o))
}

// NewAdamWGroups returns an AdamW for groups of parameters with options of their own.
func NewAdamWGroups(groups []Group[AdamWOptions]) *AdamW { return newAdamW("NewAdamWGroups", groups) }

func newAdamW(op string, groups []Group[AdamWOptions]) *AdamW {
	a := &AdamW{adam: adam{core: core{name: "AdamW", steps: true}, decoupled: true}, groups: copyGroups(op, groups)}
	for i := range a.groups {
		o := (*AdamOptions)(&a.groups[i].Options)
		o.check(op, "; optim.DefaultAdamW() has PyTorch's values")
		a.addAdam(a.groups[i].Params, o)
	}
	return a
}

// Groups returns the parameters with their options and present learning rates.
func (a *AdamW) Groups() []Group[AdamWOptions] { return copyGroups("Groups", a.groups) }
