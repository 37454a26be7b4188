package nn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

type statistics struct {
	N                   int
	Mean, Std, Min, Max float64
}

func statisticsOf(draws ...*tensor.Tensor) statistics {
	s := statistics{Min: math.Inf(1), Max: math.Inf(-1)}
	sum, squares := 0.0, 0.0
	for _, d := range draws {
		for _, v := range tensor.Data[float32](d) {
			x := float64(v)
			s.N++
			sum += x
			squares += x * x
			s.Min, s.Max = min(s.Min, x), max(s.Max, x)
		}
	}
	s.Mean = sum / float64(s.N)
	s.Std = math.Sqrt(max(0, squares/float64(s.N)-s.Mean*s.Mean))
	return s
}

// agree compares two samples of what should be one distribution: mean and standard
// deviation within five standard errors, and, where it is bounded (the sample spreads
// less than a normal one of its size would), the ends.
func agree(t *testing.T, name string, got, want statistics) {
	t.Helper()
	n := float64(min(got.N, want.N))
	if math.Abs(got.Mean-want.Mean) > 5*want.Std*math.Sqrt(2/n) {
		t.Errorf("%s: mean %g, PyTorch's is %g", name, got.Mean, want.Mean)
	}
	if math.Abs(got.Std-want.Std) > 5*want.Std/math.Sqrt(n) {
		t.Errorf("%s: standard deviation %g, PyTorch's is %g", name, got.Std, want.Std)
	}
	ends := 4 * want.Std // of a normal distribution: the greatest of many differ by chance
	if want.Max-want.Min < 5*want.Std {
		ends = 20 * (want.Max - want.Min) / n // of a bounded one they all but touch the bounds
	}
	if math.Abs(got.Min-want.Min) > ends || math.Abs(got.Max-want.Max) > ends {
		t.Errorf("%s: from %g to %g, PyTorch's from %g to %g", name, got.Min, got.Max, want.Min, want.Max)
	}
}

// TestDefaultInitialisation compares the distribution of every parameter of every
// kind of layer with PyTorch's.
func TestDefaultInitialisation(t *testing.T) {
	var want struct {
		Layers map[string]map[string]statistics
	}
	golden(t, "init", &want)
	layers := map[string]func() any{
		"Linear(300, 40)":            func() any { return nn.NewLinear(300, 40) },
		"Conv1d(16, 24, 5)":          func() any { return nn.NewConv1d(16, 24, 5) },
		"Conv2d(6, 16, 5)":           func() any { return nn.NewConv2d(6, 16, 5) },
		"Conv2d(8, 32, 3, groups=4)": func() any { return nn.NewConv2d(8, 32, 3, nn.ConvOptions{Groups: 4}) },
		"ConvTranspose2d(12, 20, 4)": func() any { return nn.NewConvTranspose2d(12, 20, 4) },
		"ConvTranspose2d(12, 20, 4, groups=2)": func() any {
			return nn.NewConvTranspose2d(12, 20, 4, nn.ConvOptions{Groups: 2})
		},
		"Embedding(100, 30)":        func() any { return nn.NewEmbedding(100, 30) },
		"BatchNorm1d(7)":            func() any { return nn.NewBatchNorm1d(7) },
		"BatchNorm2d(7)":            func() any { return nn.NewBatchNorm2d(7) },
		"LayerNorm(7)":              func() any { return nn.NewLayerNorm(7) },
		"GroupNorm(2, 8)":           func() any { return nn.NewGroupNorm(2, 8) },
		"MultiheadAttention(64, 4)": func() any { return nn.NewMultiheadAttention(64, 4) },
	}
	if len(layers) != len(want.Layers) {
		t.Errorf("%d kinds of layers here, %d in the golden", len(layers), len(want.Layers))
	}
	for name, params := range want.Layers {
		draws := map[string][]*tensor.Tensor{}
		for seed := range 60 {
			l := layers[name]()
			nn.Init(l, uint64(seed))
			for key, p := range nn.Named(l) {
				draws[key] = append(draws[key], p.Value())
			}
		}
		if len(draws) != len(params) {
			t.Errorf("%s has %d parameters, PyTorch's %d", name, len(draws), len(params))
		}
		for key, s := range params {
			if draws[key] == nil {
				t.Errorf("%s has no %s", name, key)
				continue
			}
			got := statisticsOf(draws[key]...)
			if got.N != s.N {
				t.Errorf("%s.%s has %d elements, PyTorch's %d", name, key, got.N, s.N)
			}
			agree(t, name+"."+key, got, s)
		}
	}
}

func TestInitialisers(t *testing.T) {
	var want struct {
		Shape   []int
		Schemes map[string]statistics
	}
	golden(t, "init", &want)
	schemes := []nn.Initializer{
		nn.Uniform{Low: -0.3, High: 0.7}, nn.Normal{Mean: 0.5, Std: 0.2}, nn.TruncatedNormal{},
		nn.TruncatedNormal{Mean: 0.1, Std: 0.5, Low: -0.3, High: 1}, nn.XavierUniform{}, nn.XavierUniform{Gain: 1.5},
		nn.XavierNormal{}, nn.KaimingUniform{}, nn.KaimingUniform{A: 0.2, Mode: nn.FanOut},
		nn.KaimingNormal{Nonlinearity: "tanh"}, nn.KaimingNormal{Mode: nn.FanOut, Nonlinearity: "relu"},
		nn.Orthogonal{Gain: 2}, nn.Zeros(), nn.Ones(),
	}
	if len(schemes) != len(want.Schemes) {
		t.Errorf("%d schemes here, %d in the golden", len(schemes), len(want.Schemes))
	}
	for _, s := range schemes {
		w, ok := want.Schemes[s.String()]
		if !ok {
			t.Errorf("the golden has no %v", s)
			continue
		}
		rng := rand.New(rand.NewPCG(1, 2))
		var draws []*tensor.Tensor
		for range 10 {
			draws = append(draws, s.Draw(rng, want.Shape...))
		}
		agree(t, s.String(), statisticsOf(draws...), w)
	}
}

func TestGain(t *testing.T) {
	var want struct {
		Gain  map[string]float64
		Leaky float64 `json:"leaky_relu_0.3"`
	}
	golden(t, "init", &want)
	for name, g := range want.Gain {
		if got := nn.Gain(name); math.Abs(got-g) > 1e-12 {
			t.Errorf("Gain(%q) = %g, want %g", name, got, g)
		}
	}
	if got := nn.Gain("leaky_relu", 0.3); math.Abs(got-want.Leaky) > 1e-12 {
		t.Errorf("Gain(leaky_relu, 0.3) = %g, want %g", got, want.Leaky)
	}
	wantMisuse(t, "an unknown name", "sofplus", func() { nn.Gain("sofplus") })
}

func TestOrthogonal(t *testing.T) {
	for _, shape := range [][]int{{5, 3}, {3, 5}, {4, 4}, {3, 2, 2, 2}, {1, 1}} {
		w := nn.Orthogonal{Gain: 3}.Draw(rand.New(rand.NewPCG(1, 1)), shape...).To(tensor.Float64).Flatten(1)
		n := shape[0]
		if n > w.Size(1) {
			w, n = w.Transpose(0, 1), w.Size(1)
		}
		compare(t, "w w^T", w.MatMul(w.Transpose(0, 1)), []int{n, n}, tensor.Data[float64](tensor.Eye(n).MulScalar(9).To(tensor.Float64)), 1e-5)
	}
}

func TestTruncatedNormalStaysInside(t *testing.T) {
	// Far in the tail, where drawing until it fits would take for ever.
	w := nn.TruncatedNormal{Low: 5, High: 5.5}.Draw(rand.New(rand.NewPCG(1, 1)), 1000)
	if s := statisticsOf(w); s.Min < 5 || s.Max > 5.5 || s.Std == 0 {
		t.Errorf("%+v", s)
	}
}

func TestInitDependsOnSeedAndNameOnly(t *testing.T) {
	type small struct{ A, B *nn.Linear }
	type large struct{ Extra, A, B *nn.Linear }
	s := &small{nn.NewLinear(3, 4), nn.NewLinear(3, 4)}
	l := &large{nn.NewLinear(2, 2), nn.NewLinear(3, 4), nn.NewLinear(3, 4)}
	nn.Init(s, 7)
	nn.Init(l, 7)
	if !equal(s.A.Weight.Value(), l.A.Weight.Value()) || !equal(s.B.Bias.Value(), l.B.Bias.Value()) {
		t.Error("another layer changed the numbers of those that were there")
	}
	if equal(s.A.Weight.Value(), s.B.Weight.Value()) {
		t.Error("two layers got the same numbers")
	}
	before := s.A.Weight.Value().Clone()
	nn.Init(s, 8)
	if equal(before, s.A.Weight.Value()) {
		t.Error("another seed gave the same numbers")
	}
	nn.Init(s, 7)
	if !equal(before, s.A.Weight.Value()) {
		t.Error("the same seed gave other numbers")
	}
	nn.To(s, tensor.Float64)
	nn.Init(s, 7)
	if got := s.A.Weight.Value(); got.DType() != tensor.Float64 || !equal(before.To(tensor.Float64), got) {
		t.Error("Init of a float64 model does not give the same numbers in float64")
	}
	unused := nn.NewLinear(3, 4)
	nn.To(unused, tensor.Float64)
	nn.Init(unused, 7)
	if unused.Weight.Value().DType() != tensor.Float64 {
		t.Error("To before Init is forgotten")
	}
}

func TestInitUnset(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewLinear(4, 2))
	used := m.Modules[0].(*nn.Linear)
	before := used.Weight.Value().Clone()
	nn.InitUnset(m, 7)
	if !equal(used.Weight.Value(), before) {
		t.Error("a parameter that had values was drawn again")
	}
	other := nn.NewSequential(nn.NewLinear(3, 4), nn.NewLinear(4, 2))
	nn.Init(other, 7)
	if !equal(m.Modules[1].(*nn.Linear).Weight.Value(), other.Modules[1].(*nn.Linear).Weight.Value()) {
		t.Error("a parameter without values did not get those of Init")
	}
}

func TestEmbeddingPaddingStartsAsZeros(t *testing.T) {
	l := nn.NewEmbedding(4, 3, nn.EmbeddingOptions{Padding: []int{1, -1}})
	nn.Init(l, 1)
	for row, zero := range []bool{false, true, false, true} {
		if got := l.Weight.Value().Select(0, row).Norm(2).Item(); (got == 0) != zero {
			t.Errorf("row %d has length %v", row, got)
		}
	}
}

func TestInitLeavesLoadedParameters(t *testing.T) {
	a, b := nn.NewLinear(3, 2), nn.NewLinear(3, 2)
	if _, err := nn.LoadState(a, nn.State(b)); err != nil {
		t.Fatal(err)
	}
	nn.Init(a, 1)
	if !equal(a.Weight.Value(), b.Weight.Value()) {
		t.Error("Init overwrote a loaded parameter")
	}
	p := nn.NewParamOf(tensor.Ones(2))
	nn.Init(p, 1)
	if !equal(p.Value(), tensor.Ones(2)) {
		t.Error("Init overwrote given values")
	}
}
