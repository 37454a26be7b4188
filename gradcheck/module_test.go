package gradcheck_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/gradcheck"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func noise(seed uint64, shape ...int) *tensor.Tensor {
	return nn.Normal{}.Draw(rand.New(rand.NewPCG(seed, 0)), shape...)
}

func labels(v ...int64) *tensor.Tensor { return tensor.FromSlice(v) }

// small is a model of one of each: convolution, norms, pooling, dropout, attention.
func small() *nn.Sequential {
	m := nn.NewSequential(
		nn.NewConv2d(1, 2, 3, nn.ConvOptions{Padding: 1}), nn.NewBatchNorm2d(2), nn.NewReLU(), nn.NewMaxPool2d(2),
		nn.NewGroupNorm(1, 2), nn.NewFlatten(), nn.NewLinear(8, 4), nn.NewDropout(0.4), nn.NewTanh(), nn.NewLayerNorm(4), nn.NewLinear(4, 3),
	)
	nn.Init(m, 1)
	return m
}

func TestModule(t *testing.T) {
	m := small()
	before := nn.State(nn.Clone(m))
	if err := gradcheck.Module(m, noise(1, 3, 1, 4, 4), nn.CrossEntropy, labels(0, 2, 1), gradcheck.Options{}); err != nil {
		t.Error(err)
	}
	for name, v := range nn.State(m) {
		if v.DType() != before[name].DType() || v.Sub(before[name]).To(tensor.Float32).Norm(2).Item() != 0 {
			t.Errorf("%s was changed", name)
		}
	}
	for name, p := range nn.Named(m) {
		if p.Grad() != nil {
			t.Errorf("%s has a gradient", name)
		}
	}
	lookUp := nn.NewSequential(nn.NewEmbedding(4, 6), nn.NewMultiheadAttention(6, 2))
	nn.Init(lookUp, 1)
	if err := gradcheck.Module(lookUp, tensor.FromSlice([]int64{0, 3, 3, 1}, 2, 2), nil, nil, gradcheck.Options{}); err != nil {
		t.Error(err)
	}
}

// crooked is a linear layer whose Forward loses a part of the weight's gradient.
type crooked struct {
	FC    *nn.Linear
	Share float64
}

func (c *crooked) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.Use(c.FC.Weight)
	w = w.MulScalar(c.Share).Add(w.Detach().MulScalar(1 - c.Share))
	return tensor.Linear(x, w, p.Use(c.FC.Bias))
}

func TestModuleFindsWrongGradients(t *testing.T) {
	for _, share := range []float64{1, 0.95, 0} {
		m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewTanh(), &crooked{nn.NewLinear(4, 2), share})
		nn.Init(m, 1)
		err := gradcheck.Module(m, noise(1, 2, 3), nn.MSE, noise(2, 2, 2), gradcheck.Options{})
		if share == 1 {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		var report *gradcheck.Error
		if !errors.As(err, &report) || len(report.Mismatches) != 8 {
			t.Errorf("share %v: %v", share, err)
			continue
		}
		for _, m := range report.Mismatches {
			if m.Input != "2.fc.weight" {
				t.Errorf("share %v: %v", share, m)
			}
		}
		if !strings.Contains(err.Error(), "2.fc.weight[0 1] = ") {
			t.Errorf("share %v: %v", share, err)
		}
	}
}

// tied uses one weight twice.
type tied struct{ A, B *nn.Linear }

func (m *tied) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.B.Forward(p, m.A.Forward(p, x).Tanh())
}

func TestModuleWithSharedAndFrozenParameters(t *testing.T) {
	l := nn.NewLinear(2, 2)
	nn.Init(l, 1)
	if err := gradcheck.Module(&tied{l, l}, noise(1, 2, 2), nn.MSE, noise(2, 2, 2), gradcheck.Options{}); err != nil {
		t.Error(err)
	}
	m := nn.NewSequential(&crooked{nn.NewLinear(2, 2), 0}, nn.NewLinear(2, 1))
	nn.Freeze(m.Modules[0])
	if err := gradcheck.Module(m, noise(1, 2, 2), nn.MSE, noise(2, 2, 1), gradcheck.Options{}); err != nil {
		t.Error("the frozen part is not to be checked:", err)
	}
}

// counter multiplies by how often it was trained.
type counter struct {
	W     *nn.Param
	Count *nn.Buffer
}

func (c *counter) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if p.IsTraining(c) {
		c.Count.Value().CopyFrom(c.Count.Value().AddScalar(1))
	}
	return x.Mul(p.Use(c.W)).Mul(c.Count.Value().Clone())
}

func TestModulePutsBuffersBack(t *testing.T) {
	m := &counter{nn.NewParam(nn.Ones(), 3), nn.NewBuffer(tensor.Zeros(1))}
	if err := gradcheck.Module(m, noise(1, 2, 3), nil, nil, gradcheck.Options{}); err != nil {
		t.Error(err)
	}
	if m.Count.Value().Item() != 0 {
		t.Error("the model's own buffer was changed")
	}
}

func TestModuleKinks(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(1, 1), nn.NewReLU())
	if _, err := nn.LoadState(m, map[string]*tensor.Tensor{"0.weight": tensor.Ones(1, 1), "0.bias": tensor.Zeros(1)}); err != nil {
		t.Fatal(err)
	}
	x := tensor.FromSlice([]float32{0, 1}, 2, 1)
	if err := gradcheck.Module(m, x, nil, nil, gradcheck.Options{}); err != nil {
		t.Error(err)
	}
	err := gradcheck.Module(m, x, nil, nil, gradcheck.Options{Kinks: true})
	var report *gradcheck.Error
	if !errors.As(err, &report) || len(report.Mismatches) != 2 { // input[0] and 0.bias
		t.Errorf("%v", err)
	}
}

func TestModuleSaysWhyItCannot(t *testing.T) {
	err := gradcheck.Module(small(), noise(1, 3, 2, 4, 4), nn.CrossEntropy, labels(0, 2, 1), gradcheck.Options{})
	var shape *tensor.ShapeError
	if !errors.As(err, &shape) {
		t.Errorf("a wrong shape: %v", err)
	}
	if err := gradcheck.Module(nil, noise(1, 3), nil, nil, gradcheck.Options{}); err == nil {
		t.Error("no module: no error")
	}
	if err := gradcheck.Module(nn.NewDropout(1), tensor.ZerosOf(tensor.Int64, 1), nil, nil, gradcheck.Options{}); err == nil {
		t.Error("nothing to check: no error")
	}
}
