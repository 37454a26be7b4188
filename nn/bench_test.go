package nn_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// benchmarkStep times forward and backward of m on 64 images, with one thread and two.
// Run it beside a process that spins (sh -c 'while :; do :; done') to see what a stolen
// processor costs.
func benchmarkStep(b *testing.B, m nn.Module, observe bool) {
	nn.Init(m, 1)
	x, target := noise(1, 64, 1, 28, 28), tensor.ZerosOf(tensor.Int64, 64)
	before := pool.Threads()
	defer pool.SetThreads(before)
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprint("threads", threads), func(b *testing.B) {
			pool.SetThreads(threads)
			p := nn.Training(1)
			if observe {
				p.OnOp(func(string, *tensor.Tensor, []*tensor.Tensor) {})
			}
			for b.Loop() {
				nn.CrossEntropy(m.Forward(p, x), target).Backward()
				for _, q := range nn.Parameters(m) {
					q.ZeroGrad()
				}
			}
		})
	}
}

// stack is LeNet as a Sequential.
func stack() nn.Module {
	return nn.NewSequential(
		nn.NewConv2d(1, 6, 5, nn.ConvOptions{Padding: 2}), nn.NewReLU(), nn.NewMaxPool2d(2),
		nn.NewConv2d(6, 16, 5), nn.NewReLU(), nn.NewMaxPool2d(2), nn.NewFlatten(),
		nn.NewLinear(400, 120), nn.NewReLU(), nn.NewLinear(120, 84), nn.NewReLU(), nn.NewLinear(84, 10))
}

func BenchmarkLeNetStep(b *testing.B)         { benchmarkStep(b, stack(), false) }
func BenchmarkLeNetStepObserved(b *testing.B) { benchmarkStep(b, stack(), true) }
