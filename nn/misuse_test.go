package nn_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// wantMisuse checks that f panics with a tensor.Misuse that has want in its sentence
// and names a test file as the caller.
func wantMisuse(t *testing.T, what, want string, f func()) {
	t.Helper()
	r := panicsWith(f)
	if m, ok := r.(tensor.Misuse); !ok {
		t.Errorf("%s: panics with %T %v, want a tensor.Misuse", what, r, r)
	} else if text := m.Error(); !strings.Contains(text, want) || !strings.Contains(text, "_test.go:") {
		t.Errorf("%s: %q, want %q and the caller's file in it", what, text, want)
	}
}

// drawing is an initialiser that returns the same tensor whatever is asked for.
type drawing struct{ value *tensor.Tensor }

func (d drawing) Draw(*rand.Rand, ...int) *tensor.Tensor { return d.value }
func (d drawing) String() string                         { return "drawing" }

func TestConstructorMisuse(t *testing.T) {
	nan := math.NaN()
	for what, c := range map[string]struct {
		want string
		f    func()
	}{
		"Param without length":     {"lengths of 1 or more", func() { nn.NewParam(nn.Zeros(), 2, 0) }},
		"Param without initialise": {"the initialiser is nil", func() { nn.NewParam(nil, 2) }},
		"nil initialiser":          {"the initialiser is nil", func() { nn.NewParam(nn.Zeros(), 2).SetInitializer(nil) }},
		"Param of nil":             {"nil", func() { nn.NewParamOf(nil) }},
		"Buffer of nil":            {"nil", func() { nn.NewBuffer(nil) }},
		"two options":              {"one options struct", func() { nn.NewLinear(1, 1, nn.LinearOptions{}, nn.LinearOptions{}) }},
		"nil module":               {"module 1 is nil", func() { nn.NewSequential(nn.NewReLU(), nil) }},
		"To integers":              {"float32 or float64", func() { nn.To(nn.NewReLU(), tensor.Int64) }},
		"Fans of a vector":         {"two dimensions", func() { nn.Fans(3) }},
		"BatchNorm Eps":            {"Eps", func() { nn.NewBatchNorm2d(1, nn.BatchNormOptions{Eps: nan}) }},
		"BatchNorm Momentum":       {"Momentum", func() { nn.NewBatchNorm1d(1, nn.BatchNormOptions{Momentum: nan}) }},
		"LayerNorm Eps":            {"Eps", func() { nn.NewLayerNorm(1, nn.NormOptions{Eps: nan}) }},
		"LayerNorm of nothing":     {"must have a dimension", func() { nn.NewLayerNormOf(nil) }},
		"LeakyReLU":                {"the slope is NaN", func() { nn.NewLeakyReLU(nan) }},
		"ELU":                      {"alpha is NaN", func() { nn.NewELU(nan) }},
		"Dropout":                  {"between 0 and 1", func() { nn.NewDropout(nan) }},
		"Huber":                    {"Delta must be 0 or more, not NaN", func() { nn.HuberWith(nn.HuberOptions{Delta: nan}) }},
		"SmoothL1":                 {"Beta must be 0 or more, not -1", func() { nn.SmoothL1With(nn.SmoothL1Options{Beta: -1}) }},
	} {
		wantMisuse(t, what, c.want, c.f)
	}
}

func TestInitializerMisuse(t *testing.T) {
	nan := math.NaN()
	for want, init := range map[string]nn.Initializer{
		"Std must be 0 or more, not -1":          nn.Normal{Std: -1},
		"Mean is NaN":                            nn.Normal{Mean: nan},
		"Low must not be above High":             nn.Uniform{Low: 2, High: 1},
		"Low must not be above High, in Uniform": nn.Uniform{Low: nan, High: 1},
		"Low below High":                         nn.TruncatedNormal{Low: 3, High: 1},
		"Std must be positive":                   nn.TruncatedNormal{Std: nan},
		"Gain is NaN":                            nn.Orthogonal{Gain: nan},
		"leaky_relu or selu is wanted":           nn.KaimingNormal{Nonlinearity: "rlu"},
		"parameter's shape, [2 2]":               drawing{tensor.Ones(1)},
		"Draw by drawing":                        drawing{nil},
	} {
		p := nn.NewParam(init, 2, 2)
		for range 2 { // the first panic leaves the parameter usable
			wantMisuse(t, want, want, func() { p.Value() })
			wantMisuse(t, want, want, func() { nn.Init([]*nn.Param{p}, 1) })
		}
	}
	wantMisuse(t, "Xavier of a vector", "two dimensions", func() { nn.NewParam(nn.XavierNormal{}, 2).Value() })
	wantMisuse(t, "a Param that was not made", "nn.NewParam", func() { (&nn.Param{}).Value() })
}

func TestForwardMisuse(t *testing.T) {
	p, x := nn.Training(1), tensor.Ones(2, 3)
	var (
		none       *nn.Pass
		linear     *nn.Linear
		norm       *nn.BatchNorm2d
		sequential *nn.Sequential
	)
	for what, c := range map[string]struct {
		want string
		f    func()
	}{
		"nil Linear":               {"Linear.Forward: the layer is nil", func() { linear.Forward(p, x) }},
		"nil BatchNorm2d":          {"BatchNorm2d.Forward: the layer is nil", func() { norm.Forward(p, x) }},
		"nil Sequential":           {"Sequential.Forward: the layer is nil", func() { sequential.Forward(p, x) }},
		"nil module in Sequential": {"module 0 is nil", func() { (&nn.Sequential{Modules: []nn.Module{nil}}).Forward(p, x) }},
		"nil Linear in Sequential": {"Linear.Forward: the layer is nil", func() { nn.NewSequential(linear).Forward(p, x) }},
		"Linear not made":          {"nil", func() { (&nn.Linear{}).Forward(p, x) }},
		"BatchNorm not made":       {"nn.NewBatchNorm1d", func() { (&nn.BatchNorm1d{}).Forward(p, x) }},
		"attention not made":       {"nn.NewMultiheadAttention", func() { (&nn.MultiheadAttention{}).Forward(p, x.Unsqueeze(0)) }},
		"nil Pass":                 {"the Pass is nil", func() { nn.NewReLU().Forward(none, x) }},
		"nil Pass, Use":            {"the Pass is nil", func() { none.Use(nn.NewLinear(1, 1).Weight) }},
		"nil Pass, Reduce":         {"the Pass is nil", func() { nn.Reduce(p, none) }},
		"nil input":                {"nil", func() { nn.NewLinear(3, 1).Forward(p, nil) }},
		"Predict of nil":           {"the module is nil", func() { nn.Predict(nil, x) }},
		"Rand of inference":        {"nn.Training(seed)", func() { nn.Inference().Rand() }},
	} {
		wantMisuse(t, what, c.want, c.f)
	}
	for what, m := range map[string]nn.Module{"the module is nil": nil, "returned nil": moduleFunc(func(*nn.Pass, *tensor.Tensor) *tensor.Tensor { return nil })} {
		if err := nn.CheckInput(m, 1); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("CheckInput: %v, want %q", err, what)
		}
		if _, err := nn.Summary(m, 1); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("Summary: %v, want %q", err, what)
		}
	}
}

// TestLossMisuse gives every loss what does not fit, through its options too: their
// functions are inlined into the caller's, which the sentence must name all the same.
func TestLossMisuse(t *testing.T) {
	x, labels := tensor.Zeros(2, 3), tensor.FromSlice([]int64{0, 2}, 2)
	label := func(v int64) *tensor.Tensor { return tensor.FromSlice([]int64{0, v}, 2) }
	for name, loss := range map[string]nn.Loss{
		"CrossEntropy": nn.CrossEntropy, "NLL": nn.NLL,
		"CrossEntropyWith": nn.CrossEntropyWith(nn.CrossEntropyOptions{}), "NLLWith": nn.NLLWith(nn.NLLOptions{}),
	} {
		called := "tensor: " + strings.TrimSuffix(name, "With") + " of "
		wantMisuse(t, name, called+"index 3 on a tensor of shape [2 3]: class 3 at [1] is not one of the 3 classes", func() { loss(x, label(3)) })
		wantMisuse(t, name, "3 classes", func() { loss(x, label(-1)) })
		wantMisuse(t, name, "the labels must have the shape", func() { loss(x, tensor.ZerosOf(tensor.Int64, 3)) })
		wantMisuse(t, name, called+"[2 3] and [3]: ", func() { loss(x, tensor.ZerosOf(tensor.Int64, 3)) })
		wantMisuse(t, name, "labels are int64", func() { loss(x, labels.To(tensor.Uint8)) })
		wantMisuse(t, name, "nil", func() { loss(nil, labels) })
		wantMisuse(t, name, "nil", func() { loss(x, nil) })
		wantMisuse(t, name, "an empty batch has no mean loss", func() { loss(tensor.Zeros(0, 3), tensor.ZerosOf(tensor.Int64, 0)) })
	}
	for name, loss := range map[string]nn.Loss{
		"MSE": nn.MSE, "L1": nn.L1, "Huber": nn.Huber, "SmoothL1": nn.SmoothL1, "KLDiv": nn.KLDiv, "BCE": nn.BCE, "BCEWithLogits": nn.BCEWithLogits,
		"MSEWith": nn.MSEWith(nn.MSEOptions{}), "KLDivWith": nn.KLDivWith(nn.KLDivOptions{LogTarget: true}),
	} {
		called := "tensor: " + strings.TrimSuffix(name, "With")
		wantMisuse(t, name, called+" of [2 1] and [2]: ", func() { loss(tensor.Zeros(2, 1), tensor.Zeros(2)) })
		wantMisuse(t, name, "float32 and int64", func() { loss(x, tensor.ZerosOf(tensor.Int64, 2, 3)) })
		wantMisuse(t, name, "float32 and float64", func() { loss(x, x.To(tensor.Float64)) })
		wantMisuse(t, name, "nil", func() { loss(nil, x) })
		wantMisuse(t, name, "nil", func() { loss(x, nil) })
		wantMisuse(t, name, "an empty batch has no mean loss", func() { loss(tensor.Zeros(0, 3), tensor.Zeros(0, 3)) })
	}
	wantMisuse(t, "BCE", "go from -3 to 2; for logits use BCEWithLogits", func() { nn.BCE(tensor.FromSlice([]float32{-3, 0, 2}), tensor.Zeros(3)) })
	wantMisuse(t, "Reduction", "there is no Reduction(9)", func() { nn.MSEWith(nn.MSEOptions{Reduction: 9})(x, x) })
	if v := nn.MSEWith(nn.MSEOptions{Reduction: nn.ReductionSum})(tensor.Zeros(0, 3), tensor.Zeros(0, 3)).Item(); v != 0 {
		t.Errorf("the sum over an empty batch is %v", v)
	}
}
