package train_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// Two clouds of points are told apart.
func ExampleRun() {
	rng := rand.New(rand.NewPCG(1, 1))
	x := tensor.Randn(rng, 200, 2)
	y := x.Select(1, 0).Add(x.Select(1, 1)).GtScalar(0).To(tensor.Int64)
	set := data.NewTensors(x, y)

	net := nn.NewSequential(nn.NewLinear(2, 8), nn.NewTanh(), nn.NewLinear(8, 2))
	nn.Init(net, 1)
	adam := optim.DefaultAdam()
	adam.LR = 0.05
	record, err := train.Run(context.Background(), train.Config{
		Model: net, Train: set, Test: set, Epochs: 20, BatchSize: 20, Seed: 1,
		Loss: nn.CrossEntropy, Optimizer: optim.NewAdam(nn.Parameters(net), adam), Metrics: []metrics.Metric{metrics.Accuracy()},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(record.Steps, "steps, more than 95 % right:", record.End.Test[0].Value > 0.95)
	// Output: 200 steps, more than 95 % right: true
}
