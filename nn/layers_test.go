package nn_test

import (
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// layers are those of testdata/layers.py.
var layers = map[string]func() nn.Module{
	"Linear":         func() nn.Module { return nn.NewLinear(3, 2) },
	"Linear no bias": func() nn.Module { return nn.NewLinear(3, 2, nn.LinearOptions{NoBias: true}) },
	"Conv1d": func() nn.Module {
		return nn.NewConv1d(4, 6, 3, nn.ConvOptions{Stride: 2, Padding: 1, Groups: 2})
	},
	"Conv2d": func() nn.Module { return nn.NewConv2d(4, 3, 3) },
	"Conv2d options": func() nn.Module {
		return nn.NewConv2dHW(4, 4, 2, 3, nn.ConvOptions{StrideHW: [2]int{2, 1}, Padding: 1, DilationHW: [2]int{1, 2}, Groups: 2, NoBias: true})
	},
	"Conv2d reflect": func() nn.Module {
		return nn.NewConv2d(4, 2, 3, nn.ConvOptions{Padding: 1, PaddingMode: tensor.PadReflect})
	},
	"ConvTranspose2d": func() nn.Module {
		return nn.NewConvTranspose2d(4, 2, 3, nn.ConvOptions{Stride: 2, Padding: 1, OutputPadding: 1, Groups: 2})
	},
	"MaxPool2d":              func() nn.Module { return nn.NewMaxPool2d(2) },
	"MaxPool2d options":      func() nn.Module { return nn.NewMaxPool2d(3, nn.PoolOptions{Stride: 2, Padding: 1, CeilMode: true}) },
	"MaxPool1d":              func() nn.Module { return nn.NewMaxPool1d(3, nn.PoolOptions{Stride: 2, Padding: 1}) },
	"AvgPool1d":              func() nn.Module { return nn.NewAvgPool1d(2) },
	"AvgPool2d":              func() nn.Module { return nn.NewAvgPool2d(3, nn.PoolOptions{Stride: 2, Padding: 1, ExcludePad: true}) },
	"AdaptiveAvgPool2d":      func() nn.Module { return nn.NewAdaptiveAvgPool2d(2, 3) },
	"AdaptiveMaxPool2d":      func() nn.Module { return nn.NewAdaptiveMaxPool2d(2, 3) },
	"BatchNorm1d":            func() nn.Module { return nn.NewBatchNorm1d(3) },
	"BatchNorm1d sequence":   func() nn.Module { return nn.NewBatchNorm1d(3, nn.BatchNormOptions{Eps: 1e-3, Momentum: 0.3}) },
	"BatchNorm2d":            func() nn.Module { return nn.NewBatchNorm2d(4) },
	"BatchNorm2d plain":      func() nn.Module { return nn.NewBatchNorm2d(4, nn.BatchNormOptions{NoAffine: true, NoRunning: true}) },
	"BatchNorm2d cumulative": func() nn.Module { return nn.NewBatchNorm2d(4, nn.BatchNormOptions{Cumulative: true}) },
	"LayerNorm":              func() nn.Module { return nn.NewLayerNorm(4) },
	"LayerNorm two":          func() nn.Module { return nn.NewLayerNormOf([]int{5, 4}, nn.NormOptions{Eps: 1e-2, NoBias: true}) },
	"GroupNorm":              func() nn.Module { return nn.NewGroupNorm(2, 4) },
	"Embedding":              func() nn.Module { return nn.NewEmbedding(5, 3, nn.EmbeddingOptions{Padding: []int{1}}) },
	"Flatten":                func() nn.Module { return nn.NewFlatten() },
	"Identity":               func() nn.Module { return nn.NewIdentity() },
	"Upsample":               func() nn.Module { return nn.NewUpsample(nn.UpsampleOptions{Scale: 2, Mode: tensor.Bilinear}) },
	"ZeroPad2d":              func() nn.Module { return nn.NewZeroPad2d(1) },
	"ConstantPad2d":          func() nn.Module { return nn.NewConstantPad2d(1, 0.5) },
	"ReflectionPad2d":        func() nn.Module { return nn.NewReflectionPad2d(1) },
	"ReplicationPad2d":       func() nn.Module { return nn.NewReplicationPad2d(2) },
	"CircularPad2d":          func() nn.Module { return nn.NewCircularPad2d(1) },
	"ReLU":                   func() nn.Module { return nn.NewReLU() },
	"LeakyReLU":              func() nn.Module { return nn.NewLeakyReLU(0.2) },
	"ELU":                    func() nn.Module { return nn.NewELU(0.7) },
	"GELU":                   func() nn.Module { return nn.NewGELU() },
	"SiLU":                   func() nn.Module { return nn.NewSiLU() },
	"Softplus":               func() nn.Module { return nn.NewSoftplus() },
	"Sigmoid":                func() nn.Module { return nn.NewSigmoid() },
	"Tanh":                   func() nn.Module { return nn.NewTanh() },
	"LogSigmoid":             func() nn.Module { return nn.NewLogSigmoid() },
	"Softmax":                func() nn.Module { return nn.NewSoftmax(1) },
	"LogSoftmax":             func() nn.Module { return nn.NewLogSoftmax(-1) },
	"ReLU6":                  func() nn.Module { return nn.NewReLU6() },
	"ReLU6 limits":           func() nn.Module { return nn.NewReLU6() },
	"MultiheadAttention":     func() nn.Module { return nn.NewMultiheadAttention(6, 2) },
}

type layerRun struct {
	Y     numbers
	DX    *numbers
	Grads map[string]numbers
	After map[string]numbers
}

// TestLayers compares every layer with PyTorch's: names of the state, result,
// gradients, and what training leaves in the buffers.
func TestLayers(t *testing.T) {
	var want struct {
		Cases []struct {
			Name      string
			X         numbers
			Before    map[string]numbers
			Training  layerRun
			Inference *layerRun
		}
	}
	golden(t, "layers", &want)
	if len(want.Cases) != len(layers) {
		t.Errorf("%d layers here, %d in the golden", len(layers), len(want.Cases))
	}
	for _, c := range want.Cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, dtype := range []tensor.DType{tensor.Float64, tensor.Float32} {
				tol := 1e-9
				if dtype == tensor.Float32 {
					tol = 5e-5
				}
				l := layers[c.Name]()
				nn.To(l, dtype)
				state := map[string]*tensor.Tensor{}
				for key, n := range c.Before {
					if strings.HasSuffix(key, "num_batches_tracked") {
						state[key] = n.tensor(tensor.Int64)
					} else {
						state[key] = n.tensor(dtype)
					}
				}
				if _, err := nn.LoadState(l, state); err != nil {
					t.Fatal(err)
				}
				x := c.X.tensor(dtype)
				if c.Name == "Embedding" {
					x = c.X.tensor(tensor.Int64)
				}
				run := func(p *nn.Pass, want layerRun) {
					if want.DX != nil {
						x = x.Detach().RequireGrad()
					}
					y := l.Forward(p, x)
					compare(t, "the result", y, want.Y.Shape, want.Y.Data, tol)
					if y.Tracked() {
						y.Mul(weights(y.Shape()).To(dtype)).Sum().Backward()
					}
					if want.DX != nil {
						compare(t, "the input's gradient", x.Grad(), want.DX.Shape, want.DX.Data, tol)
					}
					for key, b := range want.After {
						compare(t, key+" afterwards", nn.State(l)[key], b.Shape, b.Data, tol)
					}
				}
				pass := nn.Training(1)
				run(pass, c.Training)
				found := 0
				for key, p := range nn.Named(l) {
					g, ok := c.Training.Grads[key]
					if !ok {
						t.Errorf("PyTorch has no parameter %s", key)
						continue
					}
					found++
					compare(t, "the gradient of "+key, p.Grad(), g.Shape, g.Data, tol)
				}
				if found != len(c.Training.Grads) {
					t.Errorf("%d parameters, PyTorch has %d", found, len(c.Training.Grads))
				}
				inference := c.Training
				if c.Inference != nil {
					inference = *c.Inference
				}
				run(nn.Inference(), inference)
				if c.Inference != nil {
					// A part in Eval behaves as in inference while gradients flow through it.
					part := nn.Training(1)
					part.Eval(l)
					run(part, inference)
				}
			}
		})
	}
}

func TestActivationOption(t *testing.T) {
	x := tensor.FromSlice([]float32{1, -2, 3, -4}, 1, 1, 2, 2)
	plain := nn.NewConv2d(1, 2, 2)
	activated := nn.Clone(plain)
	activated.Options.Activation = tensor.ActTanh
	if !equal(nn.Predict(activated, x), nn.Predict(plain, x).Tanh()) {
		t.Error("a convolution's Activation differs from the method")
	}
	for _, pair := range [][2]nn.Module{
		{nn.NewBatchNorm2d(1), nn.NewBatchNorm2d(1, nn.BatchNormOptions{Activation: tensor.ActReLU})},
		{nn.NewBatchNorm2d(1, nn.BatchNormOptions{NoRunning: true}), nn.NewBatchNorm2d(1, nn.BatchNormOptions{NoRunning: true, Activation: tensor.ActReLU})},
		{nn.NewLayerNorm(2), nn.NewLayerNorm(2, nn.NormOptions{Activation: tensor.ActReLU})},
		{nn.NewGroupNorm(1, 1), nn.NewGroupNorm(1, 1, nn.NormOptions{Activation: tensor.ActReLU})},
		{nn.NewConvTranspose2d(1, 1, 2), nn.NewConvTranspose2d(1, 1, 2, nn.ConvOptions{Activation: tensor.ActReLU})},
	} {
		nn.Init(pair[0], 1)
		nn.Init(pair[1], 1)
		if y := nn.Predict(pair[1], x); !equal(y, nn.Predict(pair[0], x).ReLU()) || y.Sum().Item() == 0 {
			t.Errorf("%T: the Activation differs from the method", pair[0])
		}
	}
	line := nn.NewLinear(2, 3)
	lined := nn.Clone(line)
	lined.Options.Activation = tensor.ActReLU
	if !equal(nn.Predict(lined, x), nn.Predict(line, x).ReLU()) {
		t.Error("a linear layer's Activation differs from the method")
	}
}

func TestDropout(t *testing.T) {
	x := tensor.Ones(4, 50, 3, 3)
	for _, l := range []nn.Module{nn.NewDropout(0.3), nn.NewDropout2d(0.3)} {
		if y := l.Forward(nn.Inference(), x); !equal(y, x) {
			t.Errorf("%T does something in inference", l)
		}
		part := nn.Training(1)
		part.Eval(l)
		if y := l.Forward(part, x); !equal(y, x) {
			t.Errorf("%T does something under Eval", l)
		}
		a, b, c := nn.Training(1), nn.Training(1), nn.Training(2)
		first := l.Forward(a, x)
		if !equal(first, l.Forward(b, x)) {
			t.Errorf("%T: the same seed gives other numbers", l)
		}
		if equal(first, l.Forward(a, x)) || equal(first, l.Forward(c, x)) {
			t.Errorf("%T: the same numbers again", l)
		}
		zero := 0
		for i, v := range tensor.Data[float32](first) {
			switch v {
			case 0:
				zero++
			case float32(1 / 0.7):
			default:
				t.Fatalf("%T: element %d is %v", l, i, v)
			}
		}
		if share := float64(zero) / float64(x.Numel()); share < 0.2 || share > 0.4 {
			t.Errorf("%T drops a share of %v", l, share)
		}
		state, err := a.RandState()
		if err != nil {
			t.Fatal(err)
		}
		next := l.Forward(a, x)
		if err := c.SetRandState(state); err != nil {
			t.Fatal(err)
		}
		if !equal(next, l.Forward(c, x)) {
			t.Errorf("%T: a restored stream gives other numbers", l)
		}
	}
	if y := nn.NewDropout(0).Forward(nn.Training(1), x); !equal(y, x) {
		t.Error("a probability of 0 drops something")
	}
	channels := nn.NewDropout2d(0.5).Forward(nn.Training(3), x).Sum(2, 3)
	for i, v := range tensor.Data[float32](channels) {
		if v != 0 && v != 18 {
			t.Fatalf("Dropout2d: channel %d sums to %v", i, v)
		}
	}
}

func TestConstructorsRefuse(t *testing.T) {
	for name, f := range map[string]func(){
		"NewLinear":              func() { nn.NewLinear(0, 3) },
		"NewConv2d channels":     func() { nn.NewConv2d(1, -2, 3) },
		"NewConv2d kernel":       func() { nn.NewConv2d(1, 2, 0) },
		"NewConv2d groups":       func() { nn.NewConv2d(3, 4, 3, nn.ConvOptions{Groups: 2}) },
		"NewConv2d padding":      func() { nn.NewConv2d(3, 4, 3, nn.ConvOptions{Padding: -1}) },
		"NewConv2d options":      func() { nn.NewConv2d(3, 4, 3, nn.ConvOptions{}, nn.ConvOptions{}) },
		"NewConvTranspose2d":     func() { nn.NewConvTranspose2d(4, 3, 3, nn.ConvOptions{Groups: 2}) },
		"NewMaxPool2d":           func() { nn.NewMaxPool2d(0) },
		"NewAdaptiveAvgPool2d":   func() { nn.NewAdaptiveAvgPool2d(1, 0) },
		"NewBatchNorm2d":         func() { nn.NewBatchNorm2d(0) },
		"NewBatchNorm2d options": func() { nn.NewBatchNorm2d(1, nn.BatchNormOptions{Momentum: 2}) },
		"NewLayerNormOf":         func() { nn.NewLayerNormOf(nil) },
		"NewGroupNorm":           func() { nn.NewGroupNorm(3, 4) },
		"NewDropout":             func() { nn.NewDropout(1.5) },
		"NewEmbedding":           func() { nn.NewEmbedding(0, 3) },
		"NewEmbedding padding":   func() { nn.NewEmbedding(2, 3, nn.EmbeddingOptions{Padding: []int{2}}) },
		"NewMultiheadAttention":  func() { nn.NewMultiheadAttention(5, 2) },
		"NewSequential":          func() { nn.NewSequential(nil) },
		"HuberWith":              func() { nn.HuberWith(nn.HuberOptions{Delta: -1}) },
	} {
		err, ok := panicsWith(f).(*tensor.ShapeError)
		constructor, _, _ := strings.Cut(name, " ")
		switch {
		case !ok:
			t.Errorf("%s: no *tensor.ShapeError", name)
		case err.Op != constructor || len(err.Want) < 15 || !strings.Contains(err.Error(), "layers_test.go:"):
			t.Errorf("%s: not a sentence about it: %v", name, err)
		}
	}
}

func TestLayersRefuseInputs(t *testing.T) {
	for name, f := range map[string]func(){
		"channels":    func() { nn.Predict(nn.NewConv2d(3, 4, 3), tensor.Zeros(1, 1, 5, 5)) },
		"batch norm":  func() { nn.Predict(nn.NewBatchNorm2d(3), tensor.Zeros(2, 3)) },
		"batch norm1": func() { nn.Predict(nn.NewBatchNorm1d(3), tensor.Zeros(2, 3, 4, 4)) },
		"attention":   func() { nn.Predict(nn.NewMultiheadAttention(4, 2), tensor.Zeros(2, 4)) },
		"loss":        func() { nn.MSE(tensor.Zeros(3), tensor.Zeros(3, 1)) },
	} {
		if err, ok := panicsWith(f).(*tensor.ShapeError); !ok || !strings.Contains(err.Error(), "layers_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, ok := panicsWith(func() { nn.Predict(nn.NewLinear(2, 2), tensor.ZerosOf(tensor.Float64, 1, 2)) }).(*tensor.DTypeError); !ok {
		t.Error("float64 into a float32 layer: no *tensor.DTypeError")
	}
}
