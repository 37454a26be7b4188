package main

import (
	"github.com/lumen-ml/lumen/bench/workloads"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// series is one quantity that grows.
type series struct {
	name, title, unit string
	values            []int
	work              func(value int) float64 // multiply-adds of a forward pass
	step              func(value int) func()
}

func all() []series {
	return []series{
		{"batch", "LeNet on 28x28 images by batch size", "images", doubling(1, 1024),
			func(n int) float64 { return float64(n) * lenetWork(28) },
			func(n int) func() { return step(models.NewLeNet5(1, 28, 28, 10), n, 1, 28, 28) }},
		{"width", "784-w-w-10 perceptron, batch 64, by width", "units a layer", doubling(16, 2048),
			func(w int) float64 { return 64 * float64(784*w+w*w+10*w) },
			func(w int) func() { return step(perceptron(784, w, 2), 64, 784) }},
		{"depth", "perceptron of 128 units a layer, batch 64, by depth", "layers", doubling(1, 128),
			func(d int) float64 { return 64 * float64(d*128*128+128*10) },
			func(d int) func() { return step(perceptron(128, 128, d), 64, 128) }},
		{"image", "LeNet, batch 16, by the image's side", "pixels a side", doubling(16, 256),
			func(side int) float64 { return 16 * lenetWork(side) },
			func(side int) func() { return step(models.NewLeNet5(1, side, side, 10), 16, 1, side, side) }},
	}
}

// doubling is first, twice that, and so on to last.
func doubling(first, last int) []int {
	var all []int
	for v := first; v <= last; v *= 2 {
		all = append(all, v)
	}
	return all
}

// lenetWork is the multiply-adds of one square image.
func lenetWork(side int) float64 {
	second := side/2 - 4
	flat := 16 * (second / 2) * (second / 2)
	return float64(6*25*side*side + 16*6*25*second*second + flat*120 + 120*84 + 84*10)
}

func perceptron(in, width, depth int) nn.Module {
	var layers []nn.Module
	for range depth {
		layers = append(layers, nn.NewLinear(in, width, nn.LinearOptions{Activation: tensor.ActReLU}))
		in = width
	}
	return nn.NewSequential(append(layers, nn.NewLinear(in, 10))...)
}

// step returns a training step of the model on one batch of 10 classes.
func step(model nn.Module, shape ...int) func() {
	nn.Init(model, 1)
	x, y := workloads.NewNumbers("growth/x").Normal(shape...), workloads.NewNumbers("growth/y").Labels(shape[0], 10)
	o := optim.DefaultSGD()
	o.LR, o.Momentum = 0.01, 0.9
	opt, p := optim.NewSGD(nn.Parameters(model), o), nn.Training(1)
	return func() {
		loss := nn.CrossEntropy(model.Forward(p, x), y)
		opt.ZeroGrad()
		loss.Backward()
		opt.Step()
	}
}
