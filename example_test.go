package lumen_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
)

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

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// some is a part of a dataset: the Examples are to be quick.
func some(set data.Dataset, from, to int) data.Dataset {
	var idx []int
	for i := from; i < to; i++ {
		idx = append(idx, i)
	}
	return data.Subset(set, idx)
}

// A whole program: a convolutional network learns MNIST in a loop of one's own.
func Example() {
	dir, err := os.MkdirTemp("", "lumen")
	check(err)
	defer os.RemoveAll(dir)

	ctx := context.Background()
	set, err := datasets.MNIST(datasets.Train) // embedded
	check(err)
	net := NewNet()
	nn.Init(net, 42) // seed; without it the weights are random
	opt := optim.NewAdam(nn.Parameters(net), optim.DefaultAdam())
	loader := data.NewLoader(some(set, 0, 1000), data.LoaderOptions{BatchSize: 50, Shuffle: true, Seed: 42})
	p := nn.Training(42) // the seed of dropout
	for range 3 {
		for batch, err := range loader.Batches(ctx) {
			check(err)
			loss := nn.CrossEntropy(net.Forward(p, batch.X), batch.Y)
			opt.ZeroGrad()
			loss.Backward()
			opt.Step()
		}
	}
	check(safetensors.Save(filepath.Join(dir, "net.safetensors"), nn.State(net)))

	test, err := datasets.MNIST(datasets.Test)
	check(err)
	digit, label, err := test.Item(0, nil)
	check(err)
	fmt.Println(nn.Predict(net, digit.Unsqueeze(0)).ArgMax(1), label)
	// Output: tensor([7]) tensor(7)
}

// The same with the loop given: progress, metrics, checkpoints.
func Example_run() {
	dir, err := os.MkdirTemp("", "lumen")
	check(err)
	defer os.RemoveAll(dir)

	ctx := context.Background()
	set, err := datasets.MNIST(datasets.Train)
	check(err)
	trainSet, validSet := some(set, 0, 1000), some(set, 1000, 1500)
	net := NewNet()
	nn.Init(net, 42)
	opt := optim.NewAdam(nn.Parameters(net), optim.DefaultAdam())
	schedule := optim.OneCycleLR{MaxLR: 0.005, TotalSteps: 3 * 20}

	record, err := train.Run(ctx, train.Config{
		Model: net, Train: trainSet, Validation: validSet, Epochs: 3, BatchSize: 50, Seed: 42,
		Loss: nn.CrossEntropy, Optimizer: opt, Schedule: schedule, Metrics: []metrics.Metric{metrics.Accuracy()},
		Dir: filepath.Join(dir, "first"), Listeners: []train.Listener{train.Progress(os.Stderr)},
	})
	check(err)
	last := record.Epochs[len(record.Epochs)-1]
	fmt.Println(record.Steps, "steps; more than 80 % of the validation set:", last.Validation[0].Value > 0.8)
	// Output: 60 steps; more than 80 % of the validation set: true
}
