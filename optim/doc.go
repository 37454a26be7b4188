// Package optim holds optimizers, learning-rate schedules and gradient clipping.
//
// # Optimizers
//
// [SGD], [Adam], [AdamW], [RMSprop], [Adagrad] and [Adadelta] change parameters by
// their gradients, with PyTorch's update rules, options and defaults:
//
//	opt := optim.NewAdam(nn.Parameters(model), optim.DefaultAdam())
//	...
//	opt.ZeroGrad()
//	loss.Backward()
//	opt.Step()
//
// Each parameter is updated in one pass over its elements, in its own element type,
// split over the threads if it is large; the result does not depend on how many there
// are. Step allocates nothing once the state is there. Parameters without a gradient,
// and frozen ones, are left alone together with their state, weight decay and all.
// State closer to zero than 1.2e-38, where numbers become denormal and slow, is set to
// zero.
//
// Options are plain structs that print and turn into JSON. Where zero would be wrong,
// start from the Default function: an Adam with Eps 0 panics and says so. A [Group]
// gives parameters options of their own:
//
//	plain := optim.DefaultAdamW()
//	plain.WeightDecay = 0
//	opt := optim.NewAdamWGroups([]optim.Group[optim.AdamWOptions]{
//		{Params: weights, Options: optim.DefaultAdamW()},
//		{Params: biases, Options: plain},
//	})
//
// State and LoadState carry an optimizer through a checkpoint, after which it goes on
// with the same bits. The state holds copies, under PyTorch's names.
//
// # Schedules
//
// A [Schedule] is a value that says which learning rate a step has, counted from 0;
// whoever runs the loop sets it, opt.SetLR(schedule.At(step)). The rates are absolute:
// a schedule has its own LR. What a step is, a batch or an epoch, is the loop's choice
// too. [ReduceOnPlateau] is a [Reporter] and hears of a metric.
//
//	Constant              one rate
//	StepLR                times gamma every so many steps
//	MultiStepLR           times gamma at given steps
//	ExponentialLR         times gamma every step
//	CosineAnnealingLR     along a cosine
//	CosineAnnealingWarmRestarts
//	OneCycleLR            up and down once
//	LinearLR              along a line
//	LinearWarmup          a gentle start for another schedule
//	PolynomialLR          along a power
//	LambdaLR              by a function
//	ReduceOnPlateau       when a metric stops improving
//
// # Clipping
//
// [ClipGradNorm] and [ClipGradValue] change gradients in place, between Backward and
// Step.
//
// # Errors
//
// Options that make no sense, a parameter listed twice, and a gradient or state of
// another shape or element type panic with a [tensor.Misuse]. LoadState returns an
// error that lists every difference. An optimizer belongs to one goroutine.
package optim
