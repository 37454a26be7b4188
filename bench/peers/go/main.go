// Command go times GoMLX with its pure Go backend ("simplego") on the benchmark's LeNet,
// by the rules of bench/peers/README.md. It is a module of its own, so that Lumen
// depends on nothing of it.
//
// The backend of GoMLX 0.26.0 can neither differentiate GoMLX's Convolution (it has no
// Reverse) nor its MaxPool (no SelectAndScatterMax). What it can do is used instead: a
// convolution is a gathering of pixels and a product, a max pooling a reshape and a
// reduction. GoMLX's SGD has no momentum, and the images come with the first
// convolution's padding, so that its step does a little less than the other systems'.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/gomlx/gomlx/backends/simplego"
	//lint:ignore ST1001 graphs read as formulas this way, as in all of GoMLX's own examples
	. "github.com/gomlx/gomlx/pkg/core/graph" // as GoMLX's own programs are written
	"github.com/gomlx/gomlx/pkg/core/tensors"
	mlcontext "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
	"github.com/gomlx/gomlx/pkg/ml/layers/activations"
	"github.com/gomlx/gomlx/pkg/ml/train"
	"github.com/gomlx/gomlx/pkg/ml/train/losses"
	"github.com/gomlx/gomlx/pkg/ml/train/optimizers"

	"github.com/lumen-ml/lumen/bench/measure"
)

const workload = "lenet_mnist"

func main() {
	list := flag.Bool("list", false, "list the workloads and leave")
	only := flag.String("only", workload, "the workload to run")
	seconds := flag.Float64("seconds", 3, "measuring time")
	quietWait := flag.Float64("quiet-wait", 0, "up to so many seconds more in search of undisturbed samples")
	threads := flag.Int("threads", 2, "threads")
	flag.Parse()
	if *list {
		fmt.Printf("%-32s LeNet, batch 64, SGD without momentum\n", workload)
		return
	}
	if *only != workload {
		fmt.Fprintf(os.Stderr, "unknown workload: %s (see --list)\n", *only)
		os.Exit(2)
	}
	runtime.GOMAXPROCS(*threads) // the backend has a worker for each
	if err := run(*threads, *seconds, *quietWait); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(threads int, seconds, quietWait float64) error {
	backend, err := simplego.New("")
	if err != nil {
		return err
	}
	ctx := mlcontext.New()
	trainer := train.NewTrainer(backend, ctx, lenet, losses.SparseCategoricalCrossEntropyLogits,
		optimizers.StochasticGradientDescent().WithDecay(false).WithLearningRate(0.01).Done(), nil, nil)
	rng := rand.New(rand.NewPCG(1234, 0))
	x, y := make([]float32, 64*32*32), make([]int32, 64)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range y {
		y[i] = rng.Int32N(10)
	}
	images := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, 64, 32, 32, 1)}
	labels := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(y, 64, 1)}
	var failed error
	step := func() {
		if _, err := trainer.TrainStep(nil, images, labels); err != nil {
			failed = err
		}
	}
	if step(); failed != nil {
		return failed
	}
	duration := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	r, err := measure.Call(context.Background(), step, measure.Options{Budget: duration(seconds), QuietWait: duration(quietWait)})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(measure.NewRecord("gomlx", workload, threads, 64, "sample", r))
}

// lenet is the model as GoMLX builds it: a function from inputs to logits.
func lenet(ctx *mlcontext.Context, _ any, inputs []*Node) []*Node {
	x := maxPool2(activations.Relu(convolution(ctx.In("conv1"), inputs[0], 5, 6)))
	x = maxPool2(activations.Relu(convolution(ctx.In("conv2"), x, 5, 16)))
	x = Reshape(x, x.Shape().Dimensions[0], -1)
	x = activations.Relu(layers.DenseWithBias(ctx.In("fc1"), x, 120))
	x = activations.Relu(layers.DenseWithBias(ctx.In("fc2"), x, 84))
	return []*Node{layers.DenseWithBias(ctx.In("fc3"), x, 10)}
}

// convolution of [N, H, W, C] by a size x size kernel to out channels, without padding.
func convolution(ctx *mlcontext.Context, x *Node, size, out int) *Node {
	d := x.Shape().Dimensions
	n, h, w, c := d[0], d[1], d[2], d[3]
	oh, ow := h-size+1, w-size+1
	var places [][]int32 // of the pixels below every window
	for y := range oh {
		for x := range ow {
			for ky := range size {
				for kx := range size {
					places = append(places, []int32{int32((y+ky)*w + x + kx)})
				}
			}
		}
	}
	pixels := TransposeAllAxes(Reshape(x, n, h*w, c), 1, 0, 2)
	windows := Reshape(Gather(pixels, Const(x.Graph(), places)), oh*ow, size*size, n, c)
	rows := Reshape(TransposeAllAxes(windows, 2, 0, 1, 3), n*oh*ow, size*size*c)
	return Reshape(layers.DenseWithBias(ctx, rows, out), n, oh, ow, out)
}

// maxPool2 takes the greatest of every 2 x 2 pixels of [N, H, W, C].
func maxPool2(x *Node) *Node {
	d := x.Shape().Dimensions
	return ReduceMax(Reshape(x, d[0], d[1]/2, 2, d[2]/2, 2, d[3]), 2, 4)
}
