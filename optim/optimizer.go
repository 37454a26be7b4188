package optim

import "github.com/lumen-ml/lumen/tensor"

// Optimizer is what SGD, Adam and the others have in common.
type Optimizer interface {
	// ZeroGrad forgets the gradients of all parameters.
	ZeroGrad()
	// Step updates every parameter that has a gradient and is not frozen.
	Step()
	// LR is the learning rate of the first group.
	LR() float64
	// SetLR sets the learning rate. Groups that were made with rates of their own keep
	// their ratio to the first group's.
	SetLR(lr float64)
	// State returns copies of what a checkpoint needs to go on with the same numbers:
	// the moments and step counts by parameter, under names that depend on the order of
	// parameters, and the learning rates.
	State() map[string]*tensor.Tensor
	// LoadState restores State; it returns an error and changes nothing if names,
	// shapes or element types do not fit.
	LoadState(state map[string]*tensor.Tensor) error
}

// Heard is an Optimizer that tells when it makes a step; all of this package are. Debuggers
// listen: probe and diag.
type Heard interface {
	Optimizer
	// OnStep calls f at the beginning of each Step, when the gradients are complete, and,
	// with done, at its end, until stop is called. The gradients are the same both times.
	OnStep(f func(done bool)) (stop func())
}

// Schedule says the learning rate of every step. The schedules of this package panic
// with a *tensor.ShapeError in At if a field makes no sense: a rate or a factor that
// was left at 0, a length of no steps.
type Schedule interface {
	// At is the learning rate of a step; steps count from 0.
	At(step int) float64
}

// Reporter is a schedule that listens to a metric, such as ReduceOnPlateau: whoever
// runs the loop reports the validation loss after each epoch.
type Reporter interface {
	Schedule
	Report(metric float64)
	// State and LoadState carry what was reported through a checkpoint.
	State() []float64
	LoadState([]float64) error
}
