package diag_test

// What the debugger says of real digits.

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/models"
)

// digits are the first n training images, with options.
func digits(t *testing.T, n int, o ...datasets.Options) *datasets.Set {
	t.Helper()
	set, err := datasets.MNIST(datasets.Train, o...)
	if err != nil {
		t.Fatal(err)
	}
	idx := make([]int, n)
	for i := range idx {
		idx[i] = i
	}
	return set.Subset(idx)
}

// batches goes through a set in order, again and again.
func batches(t *testing.T, set *datasets.Set, n int) func(step int) (x, y *tensor.Tensor) {
	return func(step int) (x, y *tensor.Tensor) {
		idx := make([]int, n)
		for i := range idx {
			idx[i] = ((step-1)*n + i) % set.Len()
		}
		var b data.Batch
		if err := set.Collect(idx, nil, &b); err != nil {
			t.Fatal(err)
		}
		return b.X, b.Y
	}
}

// flat lets a network of rows take images.
type flat struct{ Net nn.Module }

func (f *flat) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return f.Net.Forward(p, x.Flatten(1))
}

func lenet(seed uint64) *models.LeNet5 {
	net := models.NewLeNet5(1, 28, 28, 10)
	nn.Init(net, seed)
	return net
}

// TestSigmoidOnDigits: ten sigmoid layers, the exercise.
func TestSigmoidOnDigits(t *testing.T) {
	t.Parallel()
	told := patient{net: initialised(&flat{deep(10, 784, 10, sigmoid)}, 1), batch: batches(t, digits(t, 3200), 16), steps: 200}.examine()
	f, ok := find(told, "vanishing gradient", diag.Opened)
	if !ok || f.Layer != "net.0" || f.Severity != diag.Error {
		t.Fatalf("found %v, %+v", ok, f)
	}
	share := -1.0
	for _, e := range f.Evidence {
		if e.What == "share of the derivatives" {
			share = e.Value
		}
	}
	if share < 0.5 || share > 1.2 || !strings.Contains(f.Message, "10 sigmoids") || !strings.Contains(f.Advice, "at most 1/4") {
		t.Errorf("the share is %g in\n%s", share, f.Text(false))
	}
}

func TestLeNetIsHealthy(t *testing.T) {
	t.Parallel()
	seeds, size, steps := uint64(2), 32, 120
	if testing.Short() {
		seeds, size, steps = 1, 16, 60
	}
	for seed := range seeds {
		told := patient{net: lenet(seed), batch: batches(t, digits(t, 3200), size), lr: 0.01, steps: steps}.examine()
		if said := alarms(told); said != "" {
			t.Error(said)
		}
	}
}

func TestLearningRate100(t *testing.T) {
	t.Parallel()
	told := patient{net: lenet(1), batch: batches(t, digits(t, 1600), 16), lr: 100, steps: 100}.examine()
	exploding, ok := find(told, "exploding gradient", diag.Opened)
	if !ok || exploding.Step > 10 {
		t.Fatalf("exploding: %v, step %d; alarms:\n%s", ok, exploding.Step, alarms(told))
	}
	nonfinite, isNaN := find(told, "non-finite", diag.Opened)
	dead, isDead := find(told, "dead units", diag.Opened)
	if !isNaN && !isDead || isNaN && nonfinite.Step < exploding.Step || isDead && dead.Step > 60 {
		t.Errorf("neither NaN nor dead units after it:\n%s", alarms(told))
	}
}

func TestDeadByBias(t *testing.T) {
	t.Parallel()
	net := lenet(1)
	tensor.Edit(net.FC1.Bias.Value(), func(b []float32) {
		for i := range 90 { // of 120
			b[i] = -50
		}
	})
	told := patient{net: net, batch: batches(t, digits(t, 1600), 16), lr: 0.01, steps: 60}.examine()
	f, ok := find(told, "dead units", diag.Opened)
	if !ok || f.Layer != "fc1.relu" || f.Value < 0.74 || f.Step > 50 || !strings.Contains(f.Message, "since step 1 ") || !strings.Contains(f.Advice, "bias") {
		t.Errorf("%v, %s\n%s", ok, f.Text(false), alarms(told))
	}
}

func TestPixelsTo255(t *testing.T) {
	t.Parallel()
	set := digits(t, 1600, datasets.Options{Mean: []float64{0}, Std: []float64{1. / 255}})
	told := patient{net: lenet(1), batch: batches(t, set, 16), lr: 0.001, steps: 20}.examine()
	f, ok := find(told, "unscaled input", diag.Opened)
	if !ok || f.Step != 1 || !strings.Contains(f.Message, "pixels of 0 to 255") {
		t.Errorf("%v, %s", ok, f.Text(false))
	}
}

func TestFrozenByMistake(t *testing.T) {
	t.Parallel()
	net := lenet(1)
	nn.Freeze(net.FC2)
	told := patient{net: net, batch: batches(t, digits(t, 1600), 16), lr: 0.01, steps: 20}.examine()
	f, ok := find(told, "unused parameter", diag.Opened)
	if !ok || f.Layer != "fc2" || f.Step != 1 || !strings.Contains(f.Message, "fc2.weight, fc2.bias are frozen") {
		t.Errorf("%v, %s", ok, f.Text(false))
	}
}

// TestShuffledLabels is train.Run's, with labels that belong to other images.
func TestShuffledLabels(t *testing.T) {
	t.Parallel()
	whole := digits(t, 800)
	x, y := batches(t, whole, 800)(1)
	y = y.IndexSelect(0, tensor.RandPerm(rand.New(rand.NewPCG(1, 1)), 800))
	fitted := data.NewTensors(x.Slice(0, 0, 600, 1).Flatten(1), y.Slice(0, 0, 600, 1))
	held := data.NewTensors(x.Slice(0, 600, 800, 1).Flatten(1), y.Slice(0, 600, 800, 1))
	net := initialised(nn.NewSequential(nn.NewLinear(784, 64), nn.NewReLU(), nn.NewLinear(64, 10)), 1)
	var told []diag.Finding
	_, err := train.Run(context.Background(), train.Config{Model: net, Train: fitted, Validation: held, Epochs: 12, BatchSize: 32, Seed: 1,
		Loss: nn.CrossEntropy, Optimizer: optim.NewAdam(nn.Parameters(net), optim.DefaultAdam()),
		Listeners: []train.Listener{diag.ListenerWith(diag.Options{OnFinding: func(f diag.Finding) { told = append(told, f) }})}})
	if err != nil {
		t.Fatal(err)
	}
	f, ok := find(told, "overfitting", diag.Opened)
	if !ok || !strings.Contains(f.Advice, "labels") {
		t.Errorf("%v, %s\n%s", ok, f.Text(false), alarms(told))
	}
}

// TestConstantPixels: at the edge of the images some pixels are always black, which is info only.
func TestConstantPixels(t *testing.T) {
	t.Parallel()
	net := initialised(&flat{nn.NewLinear(784, 10)}, 1)
	told := patient{net: net, batch: batches(t, digits(t, 12800), 128), lr: 0.01, steps: 100, options: diag.Options{Rules: withExamples(1000)}}.examine()
	f, ok := find(told, "constant input", diag.Opened)
	if !ok || f.Severity != diag.Info || f.Value < 67 || f.Value > 250 {
		t.Errorf("%v, %s", ok, f.Text(false))
	}
}
