package diag_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
)

// Net is a user's own network.
type Net struct {
	Conv1, Conv2 *nn.Conv2d
	FC1, FC2     *nn.Linear
	Drop         *nn.Dropout
}

func NewNet() *Net {
	return &Net{
		Conv1: nn.NewConv2d(1, 8, 5, nn.ConvOptions{Padding: 2}),
		Conv2: nn.NewConv2d(8, 16, 5, nn.ConvOptions{Padding: 2}),
		FC1:   nn.NewLinear(16*7*7, 64),
		FC2:   nn.NewLinear(64, 10),
		Drop:  nn.NewDropout(0.2),
	}
}

func (n *Net) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.Conv2.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.FC1.Forward(p, x.Flatten(1)).ReLU()
	return n.FC2.Forward(p, n.Drop.Forward(p, x))
}

// A loop of one's own, with a mistake: somebody has frozen a layer.
func ExampleWatch() {
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		fmt.Println(err)
		return
	}
	net := NewNet()
	nn.Init(net, 42)
	nn.Freeze(net.Conv2)
	opt := optim.NewAdam(nn.Parameters(net), optim.DefaultAdam())
	loader := data.NewLoader(set, data.LoaderOptions{BatchSize: 16, Shuffle: true, Seed: 42})
	p := nn.Training(42)
	stop := diag.Watch(p, net, opt, diag.Options{Out: os.Stdout})
	step := 0
	for batch, err := range loader.Batches(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		loss := nn.CrossEntropy(net.Forward(p, batch.X), batch.Y)
		opt.ZeroGrad()
		loss.Backward()
		opt.Step()
		if step++; step == 30 {
			break
		}
	}
	stop()
	// Output:
	// step 1  warning: unused parameter in conv2
	//   conv2.weight, conv2.bias are frozen: training leaves them as they are.
	//   parameters that learn nothing = 2
	//   Try: If that is not meant, unfreeze the layer (nn.Unfreeze); if it is, say so with
	//   UnusedParameter{FrozenMeant: true}.
	// diagnosis: 1 finding, 1 of them open at the end
	//   warning unused parameter in conv2, since step 1 (2)
}

// The loop of train.Run: ten sigmoid layers, which hardly learn.
func ExampleListener() {
	rng := rand.New(rand.NewPCG(1, 1))
	x := tensor.Randn(rng, 640, 20)
	set := data.NewTensors(x, x.Select(1, 0).GtScalar(0).To(tensor.Int64))
	net := nn.NewSequential()
	in := 20
	for range 10 {
		net.Modules = append(net.Modules, nn.NewLinear(in, 32), nn.NewSigmoid())
		in = 32
	}
	net.Modules = append(net.Modules, nn.NewLinear(in, 2))
	nn.Init(net, 1)
	tell := train.ListenerFunc(func(e train.Event) error {
		if m, ok := e.(train.Message); ok {
			f := m.Data.(diag.Finding)
			fmt.Printf("step %d, %s: %s in layer %s\n", f.Step, f.Severity, f.Rule, f.Layer)
		}
		return nil
	})
	_, err := train.Run(context.Background(), train.Config{
		Model: net, Train: set, Epochs: 5, BatchSize: 64, Seed: 1,
		Loss: nn.CrossEntropy, Optimizer: optim.NewSGD(nn.Parameters(net), optim.DefaultSGD()),
		Listeners: []train.Listener{diag.Listener([]diag.Rule{diag.VanishingGradient{}}), tell},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: step 50, error: vanishing gradient in layer 0
}
