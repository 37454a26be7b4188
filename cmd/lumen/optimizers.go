package main

import (
	"strings"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
)

// method is an optimizer that --optimizer may name.
type method struct {
	name string
	rate float64 // the greatest of the cycle, without --lr
	make func(params []*nn.Param, rate, decay float64) optim.Optimizer
}

// optimizers are all there are; the first is the default.
var optimizers = []method{
	{"sgd", 0.05, func(params []*nn.Param, rate, decay float64) optim.Optimizer {
		o := optim.DefaultSGD()
		o.LR, o.Momentum, o.WeightDecay = rate, 0.9, decay
		return optim.NewSGDGroups(groups(params, o, decay, func(o *optim.SGDOptions) { o.WeightDecay = 0 }))
	}},
	{"adam", 0.003, func(params []*nn.Param, rate, decay float64) optim.Optimizer {
		o := optim.DefaultAdam()
		o.LR, o.WeightDecay = rate, decay
		return optim.NewAdamGroups(groups(params, o, decay, func(o *optim.AdamOptions) { o.WeightDecay = 0 }))
	}},
	{"adamw", 0.003, func(params []*nn.Param, rate, decay float64) optim.Optimizer {
		o := optim.DefaultAdamW() // whose decay is not a penalty on the loss: it keeps its own
		o.LR = rate
		return optim.NewAdamW(params, o)
	}},
	{"rmsprop", 0.001, func(params []*nn.Param, rate, decay float64) optim.Optimizer {
		o := optim.DefaultRMSprop()
		o.LR, o.WeightDecay = rate, decay
		return optim.NewRMSpropGroups(groups(params, o, decay, func(o *optim.RMSpropOptions) { o.WeightDecay = 0 }))
	}},
	{"adagrad", 0.02, func(params []*nn.Param, rate, decay float64) optim.Optimizer {
		o := optim.DefaultAdagrad()
		o.LR, o.WeightDecay = rate, decay
		return optim.NewAdagradGroups(groups(params, o, decay, func(o *optim.AdagradOptions) { o.WeightDecay = 0 }))
	}},
	{"adadelta", 1, func(params []*nn.Param, rate, decay float64) optim.Optimizer {
		o := optim.DefaultAdadelta()
		o.LR, o.WeightDecay = rate, decay
		o.Rho, o.Eps = 0.95, 1e-8 // ConvNetJS's: the first steps are small, and later ones less noisy
		return optim.NewAdadeltaGroups(groups(params, o, decay, func(o *optim.AdadeltaOptions) { o.WeightDecay = 0 }))
	}},
}

// groups keeps the penalty off biases and off the factors of batch norms, which have one dimension; without says how.
func groups[O any](params []*nn.Param, o O, decay float64, without func(*O)) []optim.Group[O] {
	if decay == 0 {
		return []optim.Group[O]{{Params: params, Options: o}}
	}
	weights, rest := optim.Group[O]{Options: o}, optim.Group[O]{Options: o}
	without(&rest.Options)
	for _, p := range params {
		if len(p.Shape()) > 1 {
			weights.Params = append(weights.Params, p)
		} else {
			rest.Params = append(rest.Params, p)
		}
	}
	return []optim.Group[O]{weights, rest}
}

func findOptimizer(name string) (method, bool) {
	for _, m := range optimizers {
		if m.name == name {
			return m, true
		}
	}
	return method{}, false
}

// optimizerNames are their names, the default first.
func optimizerNames() []string {
	names := make([]string, len(optimizers))
	for i, m := range optimizers {
		names[i] = m.name
	}
	return names
}

// listed is "sgd, adam ... and adadelta".
func listed(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// optimizer is the one that the options name; they have been checked.
func optimizer(o options, params []*nn.Param) optim.Optimizer {
	m, _ := findOptimizer(o.Optimizer)
	return m.make(params, o.LR, presets[o.Preset].decay)
}

// schedule is one cycle: up to the learning rate over the first 30 % of the steps,
// then down along a cosine to nearly nothing.
func schedule(o options, steps int) optim.Schedule {
	return optim.OneCycleLR{MaxLR: o.LR, TotalSteps: max(steps, 2)}
}
