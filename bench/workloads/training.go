package workloads

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// training is a model with a batch: step does one step on it and returns the loss.
type training struct {
	name  string // whose weights, data and losses it has
	pass  *nn.Pass
	model nn.Module
	x, y  *tensor.Tensor
	loss  nn.Loss
	opt   optim.Optimizer // nil: none, and statistics of the gradients are read instead
	all   []*nn.Param     // without an optimizer: whose gradients are cleared
	watch []*nn.Param     // of those, whose mean |gradient| is read out
	means []float64       // the last ones
	steps int             // in a call
}

// step clears the gradients, goes forward and backward and updates the weights.
func (t *training) step() *tensor.Tensor {
	loss := t.loss(t.model.Forward(t.pass, t.x), t.y)
	if t.opt != nil {
		t.opt.ZeroGrad()
		loss.Backward()
		t.opt.Step()
		return loss
	}
	for _, q := range t.all {
		q.ZeroGrad()
	}
	loss.Backward()
	for i, q := range t.watch {
		t.means[i] = q.PeekGrad().Norm(1).Item() / float64(q.Numel())
	}
	return loss
}

func (t *training) call() {
	for range t.steps {
		t.step()
	}
}

// start puts the weights of the workload's name into a model, and the pass beside it.
func start(name string, model nn.Module, x, y *tensor.Tensor, loss nn.Loss) *training {
	fill(model, name)
	return &training{name: name, pass: nn.Training(1234), model: model, x: x, y: y, loss: loss, steps: 1}
}

func (t *training) sgd(rate, momentum, decay float64) *training {
	o := optim.DefaultSGD()
	o.LR, o.Momentum, o.WeightDecay = rate, momentum, decay
	t.opt = optim.NewSGD(nn.Parameters(t.model), o)
	return t
}

func (t *training) adadelta(rho, decay float64) *training {
	o := optim.DefaultAdadelta()
	o.Rho, o.WeightDecay = rho, decay
	t.opt = optim.NewAdadelta(nn.Parameters(t.model), o)
	return t
}

// classify is a model on a batch of normal images in 10 classes.
func classify(name string, model nn.Module, shape ...int) *training {
	return start(name, model, NewNumbers(name+"/x").Normal(shape...), NewNumbers(name+"/y").Labels(shape[0], 10), nn.CrossEntropy)
}

func logisticRegression() *training {
	const name = "logreg_titanic"
	x := NewNumbers(name+"/x").Normal(891, 8)
	y := NewNumbers(name+"/y").Labels(891, 2).To(tensor.Float32).Reshape(891, 1)
	return start(name, nn.NewSequential(nn.NewLinear(8, 1), nn.NewSigmoid()), x, y, nn.BCE).sgd(0.1, 0, 0)
}

func smallMLP() *training {
	relu := nn.LinearOptions{Activation: tensor.ActReLU}
	model := nn.NewSequential(nn.NewLinear(784, 128, relu), nn.NewLinear(128, 64, relu), nn.NewLinear(64, 10))
	return classify("mlp_small", model, 64, 784).sgd(0.01, 0.9, 0)
}

func deepSigmoid() *training {
	const name = "deep_sigmoid"
	var layers []nn.Module
	var weights []*nn.Param
	for range 30 {
		l := nn.NewLinear(100, 100, nn.LinearOptions{Activation: tensor.ActSigmoid})
		layers = append(layers, l)
		weights = append(weights, l.Weight)
	}
	layers = append(layers, nn.NewLinear(100, 1), nn.NewSigmoid())
	x := NewNumbers(name+"/x").Normal(64, 100)
	y := NewNumbers(name+"/y").Labels(64, 2).To(tensor.Float32).Reshape(64, 1)
	t := start(name, nn.NewSequential(layers...), x, y, nn.BCE)
	t.all, t.watch, t.means = nn.Parameters(t.model), weights, make([]float64, len(weights))
	return t
}

func lenet() *training {
	return classify("lenet_mnist", models.NewLeNet5(1, 28, 28, 10), 64, 1, 28, 28).sgd(0.01, 0.9, 0)
}

// watched is what the debugger costs: a hundred steps of LeNet, of which each tenth is
// sampled and two make histograms, or, with off, none.
func watched(on bool) *training {
	t := lenet()
	t.steps = 100
	if on {
		probe.Start(t.pass, t.model, t.opt, probe.Options{}, func(*probe.Step) {})
	}
	return t
}

func cifarTutorial(name string, batch int) *training {
	return classify(name, models.NewCIFARTutorial(), batch, 3, 32, 32).sgd(0.001, 0.9, 0)
}

func resnetCIFAR() *training {
	model := models.NewResNet18(models.ResNetOptions{Classes: 10, Stem: models.StemCIFAR})
	return classify("resnet18_cifar", model, 32, 3, 32, 32).sgd(0.1, 0.9, 5e-4)
}

func trainings() []Workload {
	w := func(name string, items float64, note string, train func() *training) Workload {
		return Workload{Name: name, Items: items, Unit: "sample", Note: note, train: train}
	}
	resnet := w("resnet18_cifar", 32, "3x3 stem, no max pooling, batch 32", resnetCIFAR)
	resnet.Longer = 3
	return []Workload{
		w("logreg_titanic", 891, "891x8 full batch, sigmoid, BCE, SGD 0.1", logisticRegression),
		w("logreg_titanic_1000", 891000, "1000 of those steps", func() *training {
			t := logisticRegression()
			t.steps = 1000
			return t
		}),
		w("mlp_small", 64, "784-128-64-10 ReLU, batch 64, SGD momentum", smallMLP),
		w("deep_sigmoid", 64, "30x100 sigmoid, forward and backward, mean |gradient| of each layer", deepSigmoid),
		w("lenet_mnist", 64, "LeNet, batch 64, SGD momentum", lenet),
		w("convnetjs_mnist", 20, "ConvNetJS MNIST demo net, batch 20, Adadelta", func() *training {
			return classify("convnetjs_mnist", models.NewConvNetJSMNIST(), 20, 1, 24, 24).adadelta(0.95, 0.001)
		}),
		w("convnetjs_cifar", 4, "ConvNetJS CIFAR demo net, batch 4, Adadelta", func() *training {
			return classify("convnetjs_cifar", models.NewConvNetJSCIFAR(), 4, 3, 32, 32).adadelta(0.95, 0.0001)
		}),
		w("cifar_tutorial_b4", 4, "PyTorch tutorial net, batch 4", func() *training { return cifarTutorial("cifar_tutorial_b4", 4) }),
		w("cifar_tutorial_b64", 64, "PyTorch tutorial net, batch 64", func() *training { return cifarTutorial("cifar_tutorial_b64", 64) }),
		resnet,
		w("diag_off", 6400, "100 steps of lenet_mnist, for diag_on", func() *training { return watched(false) }),
		w("diag_on", 6400, "the same with statistics every 10 steps", func() *training { return watched(true) }),
	}
}
