package nn_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func TestUse(t *testing.T) {
	q := nn.NewParam(nn.Ones(), 2)
	train, infer := nn.Training(1), nn.Inference()
	if !train.Use(q).Tracked() || infer.Use(q).Tracked() {
		t.Error("Use is to be tracked in training and detached in inference")
	}
	if first, again := train.Use(q), train.Use(q); first != again {
		t.Error("a Pass hands out two leaves for one parameter: their gradients would not add up")
	}
	if train.Use(nil) != nil {
		t.Error("Use of no parameter is something")
	}
	train.Use(q).Mul(train.Use(q)).Sum().Backward()
	compare(t, "the gradient", q.Grad(), []int{2}, []float64{2, 2}, 0)
	train.Use(q).Sum().Backward()
	compare(t, "the second gradient is added", q.Grad(), []int{2}, []float64{3, 3}, 0)
	q.ZeroGrad()
	if q.Grad() != nil {
		t.Error("a gradient after ZeroGrad")
	}
	train.Use(q).Sum().Backward()
	compare(t, "after ZeroGrad", q.Grad(), []int{2}, []float64{1, 1}, 0)
}

func TestSetGrad(t *testing.T) {
	q := nn.NewParam(nn.Ones(), 2)
	q.SetGrad(tensor.FromSlice([]float32{5, 7}))
	compare(t, "a given gradient", q.Grad(), nil, []float64{5, 7}, 0)
	p := nn.Training(1)
	p.Use(q).Sum().Backward()
	if _, ok := panicsWith(func() { q.Grad() }).(*tensor.GraphError); !ok {
		t.Error("two gradients of different origin: no *tensor.GraphError")
	}
	q.SetGrad(tensor.FromSlice([]float32{1, 2}))
	p.Use(q).Sum().Backward()
	compare(t, "a later Backward adds", q.Grad(), nil, []float64{2, 3}, 0)
	q.SetGrad(nil)
	if q.Grad() != nil {
		t.Error("a gradient after SetGrad(nil)")
	}
	if _, ok := panicsWith(func() { q.SetGrad(tensor.Zeros(3)) }).(*tensor.ShapeError); !ok {
		t.Error("a gradient of another shape: no *tensor.ShapeError")
	}
}

func TestEvalOfAPart(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewBatchNorm1d(4), nn.NewDropout(0.5), nn.NewLinear(4, 2))
	nn.Init(m, 1)
	head, tail := nn.NewSequential(m.Modules[0]), nn.NewSequential(m.Modules[1:]...)
	x := noise(1, 5, 3)
	p := nn.Training(1)
	p.Eval(tail)
	want := nn.Predict(m, x)
	if y := m.Forward(p, x); !equal(y, want) {
		t.Error("batch norm or dropout behave as in training")
	} else {
		y.Sum().Backward()
	}
	for _, q := range nn.Parameters(tail) {
		if q.Grad() != nil {
			t.Errorf("a parameter of shape %v under Eval has a gradient", q.Shape())
		}
	}
	for _, q := range nn.Parameters(head) {
		if q.Grad() == nil || q.Grad().Norm(2).Item() == 0 {
			t.Errorf("no gradient flowed to the parameter of shape %v", q.Shape())
		}
	}
	if nn.State(m)["1.num_batches_tracked"].Item() != 0 {
		t.Error("the running statistics moved")
	}
}

// TestResultsGoStale: what API.md says about how long a result lives.
func TestResultsGoStale(t *testing.T) {
	m := newNet()
	nn.Init(m, 1)
	x := noise(1, 2, 1, 8, 8)
	p := nn.Training(1)
	y := m.Forward(p, x)
	squares := y.Square()
	loss := squares.Mean()
	kept, copied := y.Detach(), tensor.Data[float32](y)
	loss.Backward()
	if tensor.Data[float32](y)[0] != copied[0] {
		t.Error("a result changed with Backward")
	}
	m.Forward(p, x)
	if _, ok := panicsWith(func() { squares.Sum() }).(*tensor.StaleError); !ok {
		t.Error("no *tensor.StaleError after the next forward")
	}
	if tensor.Data[float32](kept)[0] != copied[0] || math.IsNaN(loss.Item()) {
		t.Error("what was kept, or the loss, is gone")
	}
}

func TestPredictKeepsNothing(t *testing.T) {
	m := newNet()
	nn.Init(m, 1)
	x, y := noise(1, 2, 1, 8, 8), noise(2, 2, 1, 8, 8)
	first := nn.Predict(m, x)
	data := tensor.Data[float32](first)
	nn.Predict(m, y)
	for i, v := range tensor.Data[float32](first) {
		if v != data[i] {
			t.Fatal("a prediction changed with the next")
		}
	}
	if got := nn.Predict(m, x.RequireGrad()); got.Tracked() {
		t.Error("a prediction of a tracked input is tracked")
	}
	seen := moduleFunc(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
		if x.Tracked() {
			t.Error("Predict gives the module a tracked input: it records a graph for nothing")
		}
		return x
	})
	nn.Predict(seen, x)
	if got := nn.Predict(nn.NewIdentity(), y); !equal(got, y) || got == y {
		t.Error("the identity's prediction is not a copy")
	}
}

func TestReset(t *testing.T) {
	m := newNet()
	x := noise(1, 2, 1, 8, 8)
	p := nn.Inference()
	p.Reset()
	y := m.Forward(p, x)
	p.Reset()
	if _, ok := panicsWith(func() { y.Sum() }).(*tensor.StaleError); !ok {
		t.Error("a result of before Reset is still there")
	}
	q := nn.Training(1)
	z := m.Forward(q, x)
	q.Reset()
	z.Sum().Backward() // a graph that waits for Backward is left alone
	if m.FC1.Weight.Grad() == nil {
		t.Error("no gradient")
	}
}

func TestInferenceHasNoStream(t *testing.T) {
	p := nn.Inference()
	if _, ok := panicsWith(func() { p.Rand() }).(*tensor.GraphError); !ok {
		t.Error("Rand: no *tensor.GraphError")
	}
	if _, err := p.RandState(); err == nil {
		t.Error("RandState: no error")
	}
	if err := p.SetRandState(nil); err == nil {
		t.Error("SetRandState: no error")
	}
	if err := nn.Training(1).SetRandState([]byte("short")); err == nil {
		t.Error("SetRandState of rubbish: no error")
	}
}

func TestParamCopiesItsValues(t *testing.T) {
	value := tensor.Ones(2)
	p, b := nn.NewParamOf(value), nn.NewBuffer(value)
	value.CopyFrom(tensor.Zeros(2))
	if p.Value().Sum().Item() != 2 || b.Value().Sum().Item() != 2 {
		t.Error("a parameter or buffer shares memory with what it was made from")
	}
}

type moduleFunc func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor

func (f moduleFunc) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return f(p, x) }
