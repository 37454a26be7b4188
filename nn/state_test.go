package nn_test

import (
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func TestStateRoundTrip(t *testing.T) {
	a, b := newResNet(), newResNet()
	nn.Init(a, 1)
	x := noise(3, 4, 3, 8, 8)
	a.Forward(nn.Training(1), x) // so that the running statistics are not the first ones
	report, err := nn.LoadState(b, nn.State(a))
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Loaded) != len(nn.State(a)) || report.Missing != nil || report.Unexpected != nil {
		t.Errorf("%+v", report)
	}
	if !equal(nn.Predict(a, x), nn.Predict(b, x)) {
		t.Error("the loaded model predicts something else")
	}
	before := b.Conv1.Weight.Value().Clone()
	nn.State(a)["conv1.weight"].SetSlice(0, 0, 1, 1, tensor.Scalar(9))
	if a.Conv1.Weight.Value().Select(0, 0).MaxAll().Item() != 9 {
		t.Error("a state's tensors are not the model's own memory")
	}
	if !equal(before, b.Conv1.Weight.Value()) {
		t.Error("the loaded model shares memory with the state")
	}
}

func TestLoadStateRefuses(t *testing.T) {
	change := func(f func(s map[string]*tensor.Tensor)) map[string]*tensor.Tensor {
		m := nn.NewSequential(nn.NewLinear(2, 3), nn.NewBatchNorm1d(3))
		nn.Init(m, 5)
		s := nn.State(m)
		f(s)
		return s
	}
	for name, c := range map[string]struct {
		state map[string]*tensor.Tensor
		opt   nn.LoadOptions
		want  []string
	}{
		"missing":    {change(func(s map[string]*tensor.Tensor) { delete(s, "0.bias"); delete(s, "1.running_mean") }), nn.LoadOptions{}, []string{"missing: 0.bias, 1.running_mean"}},
		"unexpected": {change(func(s map[string]*tensor.Tensor) { s["2.bias"] = tensor.Zeros(1) }), nn.LoadOptions{AllowMissing: true}, []string{"not in the model: 2.bias"}},
		"nil":        {change(func(s map[string]*tensor.Tensor) { s["0.bias"] = nil }), nn.LoadOptions{}, []string{"missing: 0.bias"}},
		"shape": {change(func(s map[string]*tensor.Tensor) { s["0.weight"] = tensor.Zeros(3, 3); s["1.bias"] = tensor.Zeros(2) }),
			nn.LoadOptions{AllowMissing: true, AllowUnexpected: true}, []string{"0.weight has shape [3 3], the model wants [3 2]", "1.bias has shape [2]"}},
		"type":  {change(func(s map[string]*tensor.Tensor) { s["0.bias"] = tensor.ZerosOf(tensor.Int64, 3) }), nn.LoadOptions{}, []string{"0.bias", "int64"}},
		"count": {change(func(s map[string]*tensor.Tensor) { s["1.num_batches_tracked"] = tensor.Scalar(1) }), nn.LoadOptions{}, []string{"1.num_batches_tracked", "float32"}},
	} {
		m := nn.NewSequential(nn.NewLinear(2, 3), nn.NewBatchNorm1d(3))
		nn.Init(m, 1)
		before := nn.State(nn.Clone(m))
		_, err := nn.LoadState(m, c.state, c.opt)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v; want %q in it", name, err, w)
			}
		}
		for key, v := range nn.State(m) {
			if !equal(v, before[key]) {
				t.Errorf("%s: %s was changed all the same", name, key)
			}
		}
	}
}

func TestLoadStateLoosened(t *testing.T) {
	m := nn.NewLinear(2, 3)
	report, err := nn.LoadState(m, map[string]*tensor.Tensor{"bias": tensor.Ones(3), "other": tensor.Ones(1)},
		nn.LoadOptions{AllowMissing: true, AllowUnexpected: true})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(report.Loaded, " ") != "bias" || strings.Join(report.Missing, " ") != "weight" || strings.Join(report.Unexpected, " ") != "other" {
		t.Errorf("%+v", report)
	}
	nn.Init(m, 1)
	if !equal(m.Bias.Value(), tensor.Ones(3)) || equal(m.Weight.Value(), tensor.Zeros(3, 2)) {
		t.Error("Init after a partial load is to fill what is missing only")
	}
}

// TestLoadStateBeforeFirstUse: a model that was never used has no values yet.
func TestLoadStateBeforeFirstUse(t *testing.T) {
	for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64} {
		m := nn.NewLinear(2, 1)
		nn.To(m, dtype)
		state := map[string]*tensor.Tensor{"weight": tensor.FromSlice([]float64{1, 2}, 1, 2), "bias": tensor.FromSlice([]float64{3})}
		if _, err := nn.LoadState(m, state); err != nil {
			t.Fatal(err)
		}
		y := nn.Predict(m, tensor.OnesOf(dtype, 1, 2))
		if y.DType() != dtype || y.Item() != 6 {
			t.Errorf("%v: %v", dtype, y)
		}
		state["weight"].CopyFrom(tensor.Zeros(1, 2))
		if nn.Predict(m, tensor.OnesOf(dtype, 1, 2)).Item() != 6 {
			t.Errorf("%v: the model shares memory with the state", dtype)
		}
	}
}

func TestTo(t *testing.T) {
	m := newResNet()
	nn.Init(m, 1)
	x := noise(1, 2, 3, 8, 8)
	single := nn.Predict(m, x)
	nn.To(m, tensor.Float64)
	double := nn.Predict(m, x.To(tensor.Float64))
	if double.DType() != tensor.Float64 {
		t.Fatalf("a float64 model returns %v", double.DType())
	}
	compare(t, "float64", single, double.Shape(), tensor.Data[float64](double), 1e-4)
	if got := m.BN1.NumBatchesTracked.Value().DType(); got != tensor.Int64 {
		t.Errorf("the number of batches became %v", got)
	}
	p := nn.Training(1)
	m.Forward(p, x.To(tensor.Float64)).Sum().Backward()
	if g := m.Conv1.Weight.Grad(); g == nil || g.DType() != tensor.Float64 {
		t.Error("no float64 gradient")
	}
	nn.To(m, tensor.Float32)
	if m.Conv1.Weight.Grad() != nil {
		t.Error("To leaves a gradient of the other type")
	}
	m.Forward(p, x).Sum().Backward()
	if g := m.Conv1.Weight.Grad(); g == nil || g.DType() != tensor.Float32 {
		t.Error("a Pass hands out the parameter of before To")
	}
	if _, ok := panicsWith(func() { nn.To(m, tensor.Int64) }).(*tensor.DTypeError); !ok {
		t.Error("To(Int64): no *tensor.DTypeError")
	}
}

func TestClone(t *testing.T) {
	a := newResNet()
	nn.Init(a, 1)
	nn.Freeze(a.Norm)
	x := noise(1, 2, 3, 8, 8)
	a.Forward(nn.Training(1), x).Sum().Backward()
	b := nn.Clone(a)
	if b.Conv1.Weight.Grad() != nil {
		t.Error("the copy has a gradient")
	}
	if b.Tied != b.Heads["fine"] || b.teacher != b.Heads["coarse"] || b.teacher == a.teacher {
		t.Error("what the model shares the copy does not, or it shares with the model")
	}
	if !b.Norm.Weight.Frozen() || b.Conv1.Weight.Frozen() {
		t.Error("Freeze was not copied")
	}
	if b.Conv1.Options != a.Conv1.Options || b.Notes != a.Notes {
		t.Error("options were not copied")
	}
	want := nn.Predict(a, x)
	if !equal(want, nn.Predict(b, x)) {
		t.Error("the copy predicts something else")
	}
	before := nn.Clone(b)
	a.Forward(nn.Training(1), x.MulScalar(3)) // moves the running statistics
	for _, p := range nn.Parameters(a) {
		p.Value().CopyFrom(tensor.FullOf(tensor.Float32, 0.5, p.Shape()...))
	}
	for key, v := range nn.State(b) {
		if !equal(v, nn.State(before)[key]) {
			t.Errorf("%s of the copy follows the model", key)
		}
	}
	if err := nn.CopyState(b, a); err != nil {
		t.Fatal(err)
	}
	if !equal(nn.Predict(a, x), nn.Predict(b, x)) {
		t.Error("after CopyState the copy predicts something else")
	}
	if err := nn.CopyState(nn.NewLinear(1, 1), a); err == nil {
		t.Error("CopyState between different models: no error")
	}
}

type parts struct {
	ByValue nn.Linear
	List    [2]nn.Module
	Nest    []map[string]*nn.Linear
	Loop    *parts
	Buffer  *nn.Buffer
	Same    *nn.Buffer
	Shared  []float32
}

func TestCloneOfEverything(t *testing.T) {
	a := &parts{ByValue: *nn.NewLinear(1, 1), List: [2]nn.Module{nn.NewLinear(1, 1), nil},
		Nest: []map[string]*nn.Linear{{"x": nn.NewLinear(1, 1)}}, Buffer: nn.NewBuffer(tensor.Ones(1)), Shared: []float32{1}}
	a.Loop, a.Same = a, a.Buffer
	b := nn.Clone(a)
	switch {
	case b.Loop != b:
		t.Error("a pointer to the model itself points elsewhere")
	case b.ByValue.Weight == a.ByValue.Weight, b.List[0] == a.List[0], b.Nest[0]["x"] == a.Nest[0]["x"], b.Buffer == a.Buffer:
		t.Error("a part is shared")
	case b.Same != b.Buffer:
		t.Error("a shared buffer became two")
	case &b.Shared[0] != &a.Shared[0]:
		t.Error("data was copied")
	}
	if nn.Clone[nn.Module](nil) != nil || nn.Clone[*net](nil) != nil {
		t.Error("the copy of nothing is something")
	}
	if s := nn.Clone(nn.NewSequential(nn.NewLinear(1, 1))); len(nn.Parameters(s)) != 2 {
		t.Error("a copied Sequential has other parameters")
	}
}

func TestFreeze(t *testing.T) {
	m := newNet()
	nn.Init(m, 1)
	nn.Freeze(m.Conv1)
	x := noise(1, 2, 1, 8, 8)
	m.Forward(nn.Training(1), x).Sum().Backward()
	if m.Conv1.Weight.Grad() != nil || m.Conv2.Weight.Grad() == nil {
		t.Error("a frozen parameter has a gradient, or another has none")
	}
	nn.Unfreeze(m)
	m.Forward(nn.Training(1), x).Sum().Backward()
	if m.Conv1.Weight.Grad() == nil {
		t.Error("after Unfreeze there is no gradient")
	}
}

func TestCheckInput(t *testing.T) {
	m := newLeNet()
	if err := nn.CheckInput(m, 2, 1, 28, 28); err != nil {
		t.Error(err)
	}
	nn.To(m, tensor.Float64)
	if err := nn.CheckInput(m, 1, 1, 28, 28); err != nil {
		t.Error("float64:", err)
	}
	err := nn.CheckInput(m, 2, 3, 28, 28)
	if e, ok := err.(*tensor.ShapeError); !ok || e.Op != "Conv2d" {
		t.Errorf("three channels: %v", err)
	}
	if err := nn.CheckInput(m, 2, 1, 32, 32); err == nil {
		t.Error("another size: no error")
	}
	if err := nn.CheckInput(m, -1); err == nil {
		t.Error("a negative length: no error")
	}
	if err := nn.CheckInput(nn.NewSequential(nn.NewEmbedding(5, 3), nn.NewFlatten(), nn.NewLinear(6, 1)), 4, 2); err != nil {
		t.Error("numbers of rows:", err)
	}
}
