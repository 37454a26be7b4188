// Package optim holds optimizers, learning-rate schedules and gradient clipping.
//
// An optimizer changes parameters by their gradients, with PyTorch's update rules;
// each parameter is updated in one pass over its elements. Parameters without a
// gradient, and frozen ones, are left alone. A schedule is a value that says which
// learning rate a step has; whoever runs the loop sets it.
package optim
