package optim

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// RMSpropOptions are the settings of RMSprop, named as in torch.optim.RMSprop. Start
// from DefaultRMSprop: Alpha and Eps have no useful zero.
type RMSpropOptions struct {
	LR          float64 `json:"lr"`           // learning rate, above 0
	Alpha       float64 `json:"alpha"`        // decay of the average of squares, between 0 and 1
	Eps         float64 `json:"eps"`          // added to the root in the denominator, above 0
	WeightDecay float64 `json:"weight_decay"` // an L2 penalty, added to the gradient
	Momentum    float64 `json:"momentum"`     // 0: none
	Centered    bool    `json:"centered"`     // divide by the estimated standard deviation
	Maximize    bool    `json:"maximize"`     // climb instead of descend
}

// DefaultRMSprop returns PyTorch's defaults: a learning rate of 0.01, an alpha of
// 0.99, an eps of 1e-8.
func DefaultRMSprop() RMSpropOptions { return RMSpropOptions{LR: 1e-2, Alpha: 0.99, Eps: 1e-8} }

func (o *RMSpropOptions) check(op string) {
	const hint = "; optim.DefaultRMSprop() has PyTorch's values"
	wantPositive(op, "LR", o.LR, hint)
	wantDecay(op, "Alpha", o.Alpha, hint)
	wantPositive(op, "Eps", o.Eps, hint)
	wantNotNegative(op, "WeightDecay", o.WeightDecay)
	wantNotNegative(op, "Momentum", o.Momentum)
}

// RMSprop divides the gradient by the root of the moving average of its square:
//
//	g   = (maximize ? -g : g) + weight_decay*w
//	sq  = alpha*sq + (1-alpha)*g*g
//	avg = sqrt(sq) + eps; centered: m += (1-alpha)*(g-m), avg = sqrt(sq - m*m) + eps
//	w  -= lr * g/avg; with momentum: buf = momentum*buf + g/avg, w -= lr*buf
//
// Its state is "square_avg", "grad_avg" (Centered), "momentum_buffer" (Momentum) and
// "step". Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning",
// 2012; centered as in Graves, "Generating Sequences With Recurrent Neural Networks",
// 2013.
type RMSprop struct {
	core
	groups  []Group[RMSpropOptions]
	updates []tensor.Update[tensor.RMSpropArgs]
}

// NewRMSprop returns an RMSprop for the given parameters. It panics if an option makes
// no sense, or if a parameter is listed twice.
func NewRMSprop(params []*nn.Param, o RMSpropOptions) *RMSprop {
	return newRMSprop("NewRMSprop", oneGroup(params, o))
}

// NewRMSpropGroups returns an RMSprop for groups of parameters with options of their
// own.
func NewRMSpropGroups(groups []Group[RMSpropOptions]) *RMSprop {
	return newRMSprop("NewRMSpropGroups", groups)
}

func newRMSprop(op string, groups []Group[RMSpropOptions]) *RMSprop {
	r := &RMSprop{core: core{name: "RMSprop", steps: true}, groups: copyGroups(op, groups)}
	for i := range r.groups {
		o := &r.groups[i].Options
		o.check(op)
		names := [maxState]string{0: "square_avg"}
		if o.Centered {
			names[1] = "grad_avg"
		}
		if o.Momentum > 0 {
			names[2] = "momentum_buffer"
		}
		r.add(r.groups[i].Params, &o.LR, 0, names[:]...)
	}
	return r
}

// Groups returns the parameters with their options and present learning rates.
func (r *RMSprop) Groups() []Group[RMSpropOptions] { return copyGroups("Groups", r.groups) }

// Step updates every parameter that has a gradient and is not frozen.
func (r *RMSprop) Step() {
	take(&r.core, &r.updates, tensor.UpdateRMSprop, func(p *slot) tensor.RMSpropArgs {
		o := &r.groups[p.group].Options
		return tensor.RMSpropArgs{
			LR: o.LR, Alpha: o.Alpha, Eps: o.Eps, WeightDecay: o.WeightDecay, Momentum: o.Momentum,
			Centered: o.Centered, Maximize: o.Maximize,
		}
	})
}
