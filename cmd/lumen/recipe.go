package main

import (
	"fmt"
	"strings"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/vision/models"
	"github.com/lumen-ml/lumen/vision/transforms"
)

// heldOut is how many training images decide what is best.
const heldOut = 5000

// holdOut splits off the validation images: 5,000, or a tenth of a small set.
func holdOut(set data.Dataset, seed uint64) (fitted data.Collector, held data.Dataset, err error) {
	n := min(heldOut, set.Len()/10)
	if n == 0 {
		return nil, nil, fmt.Errorf("the training set has %d images, at least 10 are wanted", set.Len())
	}
	parts, err := data.Split(set, seed, -1, n)
	if err != nil {
		return nil, nil, err
	}
	return parts[0].(data.Collector), parts[1], nil // parts of a Collector are Collectors
}

// maxShift is by how many pixels an image is moved at most, in each direction.
const maxShift = 2

// shifts moves every image by a random number of pixels along each axis. What comes in at the edge is black.
func shifts(o options) transforms.Transform {
	black := make([]float64, o.Shape[0])
	for c := range black {
		black[c] = -o.Mean[c%len(o.Mean)] / o.Std[c%len(o.Std)]
	}
	return transforms.NewRandomCrop(o.Shape[1], o.Shape[2], transforms.RandomCropOptions{Padding: maxShift, Fill: black})
}

// network is LeNet for the run's images.
func network(o options) (*models.LeNet5, error) {
	if len(o.Shape) != 3 || o.Shape[1] < 12 || o.Shape[2] < 12 || len(o.Classes) < 2 {
		return nil, fmt.Errorf("images of shape %v in %d classes: LeNet wants at least 12 x 12 pixels and 2 classes", o.Shape, len(o.Classes))
	}
	return models.NewLeNet5(o.Shape[0], o.Shape[1], o.Shape[2], len(o.Classes)), nil
}

// method is an optimizer that --optimizer may name.
type method struct {
	name string
	rate float64 // the greatest of the cycle, without --lr
	make func(params []*nn.Param, rate float64) optim.Optimizer
}

// optimizers are all there are; the first is the default.
var optimizers = []method{
	{"sgd", 0.05, func(params []*nn.Param, rate float64) optim.Optimizer {
		o := optim.DefaultSGD()
		o.LR, o.Momentum = rate, 0.9
		return optim.NewSGD(params, o)
	}},
	{"adam", 0.003, func(params []*nn.Param, rate float64) optim.Optimizer {
		o := optim.DefaultAdam()
		o.LR = rate
		return optim.NewAdam(params, o)
	}},
	{"adamw", 0.003, func(params []*nn.Param, rate float64) optim.Optimizer {
		o := optim.DefaultAdamW()
		o.LR = rate
		return optim.NewAdamW(params, o)
	}},
	{"rmsprop", 0.001, func(params []*nn.Param, rate float64) optim.Optimizer {
		o := optim.DefaultRMSprop()
		o.LR = rate
		return optim.NewRMSprop(params, o)
	}},
	{"adagrad", 0.02, func(params []*nn.Param, rate float64) optim.Optimizer {
		o := optim.DefaultAdagrad()
		o.LR = rate
		return optim.NewAdagrad(params, o)
	}},
	{"adadelta", 1, func(params []*nn.Param, rate float64) optim.Optimizer {
		o := optim.DefaultAdadelta()
		o.LR = rate
		return optim.NewAdadelta(params, o)
	}},
}

func findOptimizer(name string) (method, bool) {
	for _, m := range optimizers {
		if m.name == name {
			return m, true
		}
	}
	return method{}, false
}

// optimizerNames is "sgd, adam ... and adadelta".
func optimizerNames() string {
	names := make([]string, len(optimizers))
	for i, m := range optimizers {
		names[i] = m.name
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// optimizer is the one that the options name; they have been checked.
func optimizer(o options, params []*nn.Param) optim.Optimizer {
	m, _ := findOptimizer(o.Optimizer)
	return m.make(params, o.LR)
}

// schedule is one cycle: up to the learning rate over the first 30 % of the steps,
// then down along a cosine to nearly nothing.
func schedule(o options, steps int) optim.Schedule {
	return optim.OneCycleLR{MaxLR: o.LR, TotalSteps: max(steps, 2)}
}
