package nntest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/nn/nntest"
	"github.com/lumen-ml/lumen/tensor"
)

func TestGoodModules(t *testing.T) {
	double := nn.NewLinear(2, 2)
	nn.To(double, tensor.Float64)
	for _, c := range []struct {
		m     nn.Module
		shape []int
	}{
		{nn.NewSequential(nn.NewConv2d(1, 2, 3), nn.NewBatchNorm2d(2), nn.NewReLU(), nn.NewDropout(0.5), nn.NewFlatten(), nn.NewLinear(32, 3)), []int{2, 1, 6, 6}},
		{nn.NewSequential(nn.NewEmbedding(5, 4), nn.NewMultiheadAttention(4, 2)), []int{2, 3}},
		{double, []int{3, 2}},
		{nn.NewReLU(), []int{3}},
	} {
		if err := nntest.TestModule(c.m, c.shape...); err != nil {
			t.Errorf("%T: %v", c.m, err)
		}
	}
}

// odd is a linear layer with something wrong about it.
type odd struct {
	FC     *nn.Linear
	Unused *nn.Param
	hidden *nn.Param
	f      func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor
	count  *float64
}

func (o *odd) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return o.f(o, p, x) }

func TestBadModules(t *testing.T) {
	fc := func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return o.FC.Forward(p, x) }
	calls := 0.0
	counting := func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
		*o.count++
		return fc(o, p, x).AddScalar(*o.count)
	}
	for want, m := range map[string]*odd{
		"field hidden of":         {f: fc, hidden: nn.NewParam(nn.Zeros(), 1)},
		"unused gets no gradient": {f: fc, Unused: nn.NewParam(nn.Zeros(), 1)},
		"not tracked": {f: func(o *odd, _ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			return tensor.Linear(x, o.FC.Weight.Value(), o.FC.Bias.Value())
		}},
		"of inference is tracked": {f: func(o *odd, _ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			return fc(o, nn.Training(1), x)
		}},
		"a second inference": {f: counting, count: &calls},
		"under the same seed": {f: func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			if p.IsTraining(o) {
				return counting(o, p, x)
			}
			return fc(o, p, x)
		}, count: &calls},
		"inference changed fc.bias": {f: func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			y := fc(o, p, x)
			o.FC.Bias.Value().CopyFrom(o.FC.Bias.Value().MulScalar(0.5))
			return x.Sub(x).Sum().Add(y.Sub(y))
		}},
		"is not finite": {f: func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			return fc(o, p, x).Square().MulScalar(0).Sqrt()
		}},
		"a batch of shape": {f: func(o *odd, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return fc(o, p, x.Flatten(0)) }},
	} {
		m.FC = nn.NewLinear(3, 2)
		nn.Init(m.FC, 1)
		if err := nntest.TestModule(m, 2, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q in it", err, want)
		}
	}
}

// TestSharedMemory: a module that keeps a tensor beside its parameter, which Clone
// shares and a change of the copy writes through.
func TestSharedMemory(t *testing.T) {
	m := &keeper{Scale: nn.NewParam(nn.Ones(), 1)}
	m.Now = func() *nn.Param { return m.Scale }
	if err := nntest.TestModule(m, 2, 3); err == nil || !strings.Contains(err.Error(), "gets no gradient") {
		t.Errorf("%v", err)
	}
	state := &stateful{Scale: nn.NewParam(nn.Ones(), 1), Offset: tensor.Zeros(1)}
	if err := nntest.TestModule(state, 2, 3); err == nil || !strings.Contains(err.Error(), "shows in the module") {
		t.Errorf("%v", err)
	}
}

// keeper reaches its parameter through a function, which a copy shares.
type keeper struct {
	Scale *nn.Param
	Now   func() *nn.Param
}

func (k *keeper) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Mul(p.Use(k.Now())) }

// stateful writes what it learned where a copy sees it.
type stateful struct {
	Scale  *nn.Param
	Offset *tensor.Tensor
}

func (s *stateful) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if v := s.Scale.Value().Item(); v != 1 {
		s.Offset.CopyFrom(tensor.Full(v, 1))
	}
	return x.Mul(p.Use(s.Scale)).Add(s.Offset)
}

func ExampleTestModule() {
	good := nn.NewSequential(nn.NewLinear(4, 8), nn.NewTanh(), nn.NewLinear(8, 2))
	fmt.Println(nntest.TestModule(good, 16, 4))
	fmt.Println(nntest.TestModule(&forgetful{Scale: nn.NewParam(nn.Ones(), 1)}, 16, 4))
	// Output:
	// <nil>
	// nntest: the result of training is not tracked: fetch parameters with Pass.Use, not with Value
}

// forgetful uses a parameter's Value, which no gradient reaches.
type forgetful struct{ Scale *nn.Param }

func (f *forgetful) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Mul(f.Scale.Value())
}
