package models_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// python makes the goldens again, and reads state dicts that torchvision writes:
// go test ./vision/models -update /path/to/python-with-torchvision
var python = flag.String("update", "", "Python with torchvision, to write testdata/*.json again")

// networks are the cases of testdata/networks.py. With -short only light ones train.
var networks = []struct {
	name  string
	make  func() nn.Module
	light bool
}{
	{"lenet5", func() nn.Module { return models.NewLeNet5(1, 28, 28, 10) }, true},
	{"convnetjs_mnist", func() nn.Module { return models.NewConvNetJSMNIST() }, true},
	{"convnetjs_cifar", func() nn.Module { return models.NewConvNetJSCIFAR() }, true},
	{"cifar_tutorial", func() nn.Module { return models.NewCIFARTutorial() }, true},
	{"resnet18", func() nn.Module { return models.NewResNet18(models.ResNetOptions{Classes: 10}) }, false},
	{"resnet18_cifar", func() nn.Module {
		return models.NewResNet18(models.ResNetOptions{Classes: 10, Stem: models.StemCIFAR})
	}, false},
	{"resnet34", func() nn.Module { return models.NewResNet34(models.ResNetOptions{Classes: 10}) }, false},
	{"cifar_resnet", func() nn.Module {
		return models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{0, 1, 2}, Width: 8})
	}, true},
	{"cifar_resnet_pool", func() nn.Module {
		return models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{0, 1, 1}, Width: 8, Pool: true})
	}, true},
	{"vgg11", func() nn.Module {
		return models.NewVGG11(models.VGGOptions{Classes: 10, Hidden: 64, NoDropout: true})
	}, false},
	{"vgg11_bn", func() nn.Module {
		return models.NewVGG11(models.VGGOptions{Classes: 10, Hidden: 64, NoDropout: true, BatchNorm: true})
	}, false},
	{"mobilenet_v2", func() nn.Module {
		return models.NewMobileNetV2(models.MobileNetV2Options{Classes: 10, NoDropout: true})
	}, false},
}

// summary is what a golden keeps of a tensor of n elements: At holds the elements i n / 16.
type summary struct {
	Norm, Sum float64
	At        []float64
}

type goldenRun struct {
	Loss   float64
	Logits []float64
	Grads  map[string]summary
	// Float32 is the greatest difference of PyTorch's own gradients in float32.
	Float32 float64
	// Margin is how far every ReLU is from being on where it is off, and the other way round, and how far the greatest
	// of each window of max pooling is from the next; 0 of networks whose functions hide that.
	Margin float64
}

type golden struct {
	Seed, Input uint32
	Shape       []int
	X           summary
	Start       map[string]summary
	Eval, Train goldenRun
	Running     map[string]summary
}

// readGolden reads testdata/NAME.json, which testdata/networks.py prints.
func readGolden(t *testing.T, name string, v any) {
	t.Helper()
	file := filepath.Join("testdata", name+".json")
	if *python != "" {
		out, err := exec.Command(*python, filepath.Join("testdata", "networks.py"), name).Output()
		if err != nil {
			t.Fatalf("networks.py %s: %v", name, err)
		}
		if err := os.WriteFile(file, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// How far numbers may be from torchvision's, relative to the size of what they are
// compared with; see each comparison for that. Where a unit of a deep network lies within
// rounding of 0 or of 6, its ReLU turns on or off and takes the gradients before it along,
// by up to some percent, whatever the arithmetic. The goldens' inputs are such that none
// does: every unit of the large networks is leastMargin away at least, and PyTorch's own
// gradients in float32 are within mostJump of those in float64, which rounding alone stays
// below and a unit that turns exceeds. Batch norm in training takes small differences of
// large numbers, so that gradients of deep networks are further off there, PyTorch's own as
// well, by an amount that the golden holds: four times as far is allowed, or tolerance32
// where that is more. Four times is more in training alone, and there only for ResNet-34,
// VGG-11 with batch norm and MobileNetV2.
const (
	tolerance64 = 1e-7
	tolerance32 = 1e-4
	leastMargin = 1e-6
	mostJump    = 1e-3
)

// worst is the greatest difference of some comparisons.
type worst struct {
	relative float64
	where    string
}

func (w *worst) note(t *testing.T, where string, got, want, size, tolerance float64) {
	t.Helper()
	d := math.Abs(got-want) / size
	if got == want {
		d = 0
	}
	if d > w.relative || math.IsNaN(d) {
		*w = worst{d, where}
	}
	if !(d <= tolerance) {
		t.Errorf("%s is %v, torchvision's is %v: %.2g of %.3g apart", where, got, want, d, size)
	}
}

// compare holds a tensor to its summary: the norm relative to itself, elements relative
// to themselves or to their root mean square, whichever is greater, the sum to the
// greatest that a tensor of the norm can have. A norm below least, as of a gradient
// that is 0 but for rounding, is taken as least.
func (w *worst) compare(t *testing.T, where string, got *tensor.Tensor, want summary, least, tolerance float64) {
	t.Helper()
	data := tensor.Data[float64](got.To(tensor.Float64))
	n := len(data)
	squares, sum := 0.0, 0.0
	for _, v := range data {
		squares += v * v
		sum += v
	}
	norm := max(want.Norm, least)
	w.note(t, where+": norm", math.Sqrt(squares), want.Norm, norm, tolerance)
	w.note(t, where+": sum", sum, want.Sum, norm*math.Sqrt(float64(n)), tolerance)
	if len(want.At) != min(16, n) {
		t.Fatalf("%s has %d elements, the golden keeps %d of them", where, n, len(want.At))
	}
	for i, v := range want.At {
		k := i * n / len(want.At)
		w.note(t, fmt.Sprintf("%s: element %d", where, k), data[k], v, max(math.Abs(v), norm/math.Sqrt(float64(n))), tolerance)
	}
}

// TestTorchvision compares logits, gradients and running statistics with those of
// torchvision's networks, from the weights that its own seeds give, with batch norm in
// inference and in training, in float64 and in float32. In inference a batch norm's own
// weight and bias have no gradient here (Pass.Eval); those of all other parameters are
// compared.
func TestTorchvision(t *testing.T) {
	for _, network := range networks {
		t.Run(network.name, func(t *testing.T) {
			t.Parallel()
			var want golden
			readGolden(t, network.name, &want)
			if testing.Short() && !network.light { // on every path of .ci/paths
				checkPrediction(t, network.make(), want)
				return
			}
			net := network.make()
			checkInitialisation(t, net, want.Start)
			seeded(t, net, want.Seed)
			x := manualSeed(want.Input).randn(want.Shape...)
			var start worst
			for name, p := range nn.Named(net) {
				start.compare(t, name, p.Value(), want.Start[name], 0, 1e-8)
			}
			start.compare(t, "input", x, want.X, 0, 1e-8)

			single := nn.Clone(net)
			nn.To(single, tensor.Float32)
			checkRuns(t, net, x, want, tolerance64)
			if !network.light && min(want.Eval.Margin, want.Train.Margin) < leastMargin {
				t.Errorf("a unit is %g from where its gradient jumps, float32 needs %g: choose another input (networks.py %s margins 200)",
					min(want.Eval.Margin, want.Train.Margin), leastMargin, network.name)
			}
			if jump := max(want.Eval.Float32, want.Train.Float32); !(jump <= mostJump) {
				t.Errorf("PyTorch's own gradients in float32 are %g from those in float64, more than rounding, %g: "+
					"choose another input (networks.py %s margins 200)", jump, mostJump, network.name)
			}
			x = x.To(tensor.Float32)
			new(worst).compareLogits(t, "prediction", nn.Predict(single, x), want.Eval, tolerance32)
			checkRuns(t, single, x, want, tolerance32)
			if *python != "" {
				checkFile(t, network.name, network.make(), x, want)
			}
		})
	}
}

// checkPrediction is the logits alone, in float32.
func checkPrediction(t *testing.T, net nn.Module, want golden) {
	t.Helper()
	seeded(t, net, want.Seed)
	nn.To(net, tensor.Float32)
	x := manualSeed(want.Input).randn(want.Shape...).To(tensor.Float32)
	var logits worst
	logits.compareLogits(t, "prediction", nn.Predict(net, x), want.Eval, tolerance32)
	t.Logf("greatest difference of the logits: %.1e", logits.relative)
}

// checkRuns compares steps with batch norm in inference ("eval") and in training
// ("train"): logits, loss, and the gradients of all parameters.
func checkRuns(t *testing.T, net nn.Module, x *tensor.Tensor, want golden, tolerance float64) {
	t.Helper()
	norms, held := batchNorms(net), map[*nn.Param]bool{}
	for _, l := range norms {
		held[l.Weight], held[l.Bias] = true, true
	}
	var logits, grads, running worst
	for _, mode := range []string{"eval", "train"} {
		training, wanted := mode == "train", want.Train
		p := nn.Training(1)
		if !training {
			wanted = want.Eval
			for _, l := range norms {
				p.Eval(l)
			}
		}
		where := fmt.Sprintf("%v, %s", x.DType(), mode)
		y := net.Forward(p, x)
		loss := nn.CrossEntropy(y, tensor.Arange(0, float64(want.Shape[0]), 1).To(tensor.Int64))
		loss.Backward()
		logits.compareLogits(t, where, y, wanted, tolerance)
		new(worst).note(t, where+": loss", loss.Item(), wanted.Loss, wanted.Loss, tolerance)

		if got, keys := len(nn.Parameters(net)), len(wanted.Grads); got != keys {
			t.Errorf("%d parameters, torchvision has %d", got, keys)
		}
		gradients := tolerance
		if x.DType() == tensor.Float32 {
			gradients = max(tolerance, 4*wanted.Float32)
		}
		largest := 0.0
		for _, g := range wanted.Grads {
			largest = max(largest, g.Norm)
		}
		for name, q := range nn.Named(net) {
			switch g := q.Grad(); {
			case !training && held[q]:
				if g != nil {
					t.Errorf("%s: %s has a gradient though Pass.Eval holds it", where, name)
				}
			case g == nil:
				t.Errorf("%s: %s has no gradient", where, name)
			default:
				grads.compare(t, where+": gradient of "+name, g, wanted.Grads[name], 1e-3*largest, gradients)
			}
			q.ZeroGrad()
		}
	}
	for name, b := range nn.Buffers(net) {
		least := 0.0
		if layer, mean := strings.CutSuffix(name, "running_mean"); mean {
			// Behind a batch norm without ReLU means are 0 but for rounding, which is measured
			// against a tenth (the momentum) of the standard deviation.
			least = 0.1 * math.Sqrt(want.Running[layer+"running_var"].Sum)
		}
		running.compare(t, name+" after a step", b.Value(), want.Running[name], least, tolerance)
	}
	t.Logf("%v: greatest differences: logits %.1e, gradients %.1e (%s; PyTorch's in float32: %.1e, %.1e), running statistics %.1e", x.DType(),
		logits.relative, grads.relative, grads.where, want.Eval.Float32, want.Train.Float32, running.relative)
}

// batchNorms are the batch norms below a module of this package.
func batchNorms(m nn.Module) []*nn.BatchNorm2d {
	var children []nn.Module
	switch m := m.(type) {
	case *nn.BatchNorm2d:
		return []*nn.BatchNorm2d{m}
	case *nn.Sequential:
		children = m.Modules
	case *models.BasicBlock:
		children = []nn.Module{m.BN1, m.BN2}
		if m.Downsample != nil {
			children = append(children, m.Downsample)
		}
	case *models.InvertedResidual:
		children = []nn.Module{m.Conv}
	case *models.ResNet:
		children = []nn.Module{m.BN1, m.Layer1, m.Layer2, m.Layer3, m.Layer4}
	case *models.CIFARResNet:
		children = []nn.Module{m.BN1}
		for _, l := range m.Layers {
			children = append(children, l)
		}
	case *models.VGG:
		children = []nn.Module{m.Features}
	case *models.MobileNetV2:
		children = []nn.Module{m.Features}
	}
	var found []*nn.BatchNorm2d
	for _, c := range children {
		found = append(found, batchNorms(c)...)
	}
	return found
}

// compareLogits holds every logit to its golden, relative to the greatest.
func (w *worst) compareLogits(t *testing.T, mode string, got *tensor.Tensor, want goldenRun, tolerance float64) {
	t.Helper()
	size := 0.0
	for _, v := range want.Logits {
		size = max(size, math.Abs(v))
	}
	data := tensor.Data[float64](got.To(tensor.Float64))
	if len(data) != len(want.Logits) {
		t.Fatalf("%s: %d logits, torchvision has %d", mode, len(data), len(want.Logits))
	}
	for i, v := range data {
		w.note(t, fmt.Sprintf("%s: logit %d", mode, i), v, want.Logits[i], size, tolerance)
	}
}

// checkInitialisation draws the network's first values with its own initialisers: the
// sum of squares of every parameter must be torchvision's but for chance (six standard
// errors of the difference of two samples of a normal distribution, which is more than
// that of a uniform one), exactly so for those that start at one value.
func checkInitialisation(t *testing.T, net nn.Module, want map[string]summary) {
	t.Helper()
	nn.Init(net, 1)
	for name, p := range nn.Named(net) {
		squares, torch := 0.0, want[name].Norm*want[name].Norm
		for _, v := range tensor.Data[float32](p.Value()) {
			squares += float64(v) * float64(v)
		}
		chance := 6 * math.Sqrt(4/float64(p.Numel())) * torch
		if _, constant := p.Initializer().(nn.Constant); constant {
			chance = 0
		}
		if !(math.Abs(squares-torch) <= chance+1e-6*torch) {
			t.Errorf("%s starts as %v, with squares of sum %g, torchvision's %g", name, p.Initializer(), squares, torch)
		}
	}
}

// checkFile loads the safetensors file that Python writes of torchvision's network.
func checkFile(t *testing.T, name string, net nn.Module, x *tensor.Tensor, want golden) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state.safetensors")
	if out, err := exec.Command(*python, filepath.Join("testdata", "networks.py"), name, file).CombinedOutput(); err != nil {
		t.Fatalf("networks.py %s: %v\n%s", name, err, out)
	}
	state, err := safetensors.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nn.LoadState(net, state); err != nil {
		t.Fatal(err)
	}
	new(worst).compareLogits(t, "from a file", nn.Predict(net, x), want.Eval, tolerance32)
}

// TestNames compares the names and shapes of every network's state with torchvision's.
func TestNames(t *testing.T) {
	var want struct {
		Networks map[string]map[string][]int
	}
	readGolden(t, "names", &want)
	makers := map[string]func() any{
		"LeNet5":         func() any { return models.NewLeNet5(1, 28, 28, 10) },
		"ConvNetJSMNIST": func() any { return models.NewConvNetJSMNIST() },
		"ConvNetJSCIFAR": func() any { return models.NewConvNetJSCIFAR() },
		"CIFARTutorial":  func() any { return models.NewCIFARTutorial() },
		"ResNet18":       func() any { return models.NewResNet18() },
		"ResNet34":       func() any { return models.NewResNet34() },
		"ResNet18 CIFAR": func() any { return models.NewResNet18(models.ResNetOptions{Classes: 10, Stem: models.StemCIFAR}) },
		"ResNet34 CIFAR": func() any { return models.NewResNet34(models.ResNetOptions{Classes: 10, Stem: models.StemCIFAR}) },
		"CIFARResNet":    func() any { return models.NewCIFARResNet() },
		"CIFARResNet 8": func() any {
			return models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{0, 1, 1, 1}, Width: 32})
		},
		"VGG11":            func() any { return models.NewVGG11() },
		"VGG11 BatchNorm":  func() any { return models.NewVGG11(models.VGGOptions{BatchNorm: true}) },
		"MobileNetV2":      func() any { return models.NewMobileNetV2() },
		"MobileNetV2 0.35": func() any { return models.NewMobileNetV2(models.MobileNetV2Options{Width: 0.35}) },
		"MobileNetV2 1.4":  func() any { return models.NewMobileNetV2(models.MobileNetV2Options{Width: 1.4}) },
	}
	if got, in := slices.Sorted(maps.Keys(makers)), slices.Sorted(maps.Keys(want.Networks)); !slices.Equal(got, in) {
		t.Fatalf("networks here: %s; in the golden: %s", strings.Join(got, ", "), strings.Join(in, ", "))
	}
	for name, make := range makers {
		net, got := make(), map[string][]int{}
		for key, p := range nn.Named(net) {
			got[key] = p.Shape()
		}
		for key, b := range nn.Buffers(net) {
			got[key] = b.Value().Shape()
		}
		for key, shape := range want.Networks[name] {
			if g, ok := got[key]; !ok || !slices.Equal(g, shape) {
				t.Errorf("%s: %s has shape %v (there: %v), torchvision's %v", name, key, g, ok, shape)
			}
			delete(got, key)
		}
		for key := range got {
			t.Errorf("%s: torchvision has no %s", name, key)
		}
	}
}
