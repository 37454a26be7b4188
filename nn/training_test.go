package nn_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// goldenNet is the network of testdata/training.py.
type goldenNet struct {
	Conv1 *nn.Conv2d
	BN1   *nn.BatchNorm2d
	Conv2 *nn.Conv2d
	FC    *nn.Linear
}

func (n *goldenNet) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.BN1.Forward(p, n.Conv1.Forward(p, x)).ReLU().MaxPool2d(2)
	x = n.Conv2.Forward(p, x).ReLU()
	return n.FC.Forward(p, x.Flatten(1))
}

// TestTrainingRun trains a small CNN from PyTorch's weights on PyTorch's data: the
// loss at each of 50 steps agrees.
func TestTrainingRun(t *testing.T) {
	var want struct {
		State     map[string]numbers
		X         numbers
		Y         []int64
		Batch     int
		SGD, Adam []float64
	}
	golden(t, "training", &want)
	state := map[string]*tensor.Tensor{}
	for key, n := range want.State {
		state[key] = n.tensor(tensor.Float32)
	}
	state["bn1.num_batches_tracked"] = tensor.ZerosOf(tensor.Int64)
	x, y := want.X.tensor(tensor.Float32), tensor.FromSlice(want.Y)
	adam := optim.DefaultAdam()
	adam.LR = 0.005
	for name, c := range map[string]struct {
		make   func(ps []*nn.Param) optim.Optimizer
		losses []float64
	}{
		"SGD": {func(ps []*nn.Param) optim.Optimizer {
			return optim.NewSGD(ps, optim.SGDOptions{LR: 0.05, Momentum: 0.9})
		}, want.SGD},
		"Adam": {func(ps []*nn.Param) optim.Optimizer { return optim.NewAdam(ps, adam) }, want.Adam},
	} {
		net := &goldenNet{
			Conv1: nn.NewConv2d(1, 4, 3, nn.ConvOptions{Padding: 1}), BN1: nn.NewBatchNorm2d(4),
			Conv2: nn.NewConv2d(4, 6, 3), FC: nn.NewLinear(6*3*3, 4),
		}
		if _, err := nn.LoadState(net, state); err != nil {
			t.Fatal(err)
		}
		opt := c.make(nn.Parameters(net))
		p := nn.Training(1)
		if len(c.losses) != 50 {
			t.Fatalf("%s: the golden has %d steps", name, len(c.losses))
		}
		for step, golden := range c.losses {
			at := step % (len(want.Y) / want.Batch) * want.Batch
			loss := nn.CrossEntropy(net.Forward(p, x.Slice(0, at, at+want.Batch, 1)), y.Slice(0, at, at+want.Batch, 1))
			opt.ZeroGrad()
			loss.Backward()
			opt.Step()
			if got := loss.Item(); !(math.Abs(got-golden) <= 1e-4) {
				t.Errorf("%s, step %d: loss %.7f, PyTorch's %.7f", name, step+1, got, golden)
				break
			}
		}
	}
}
