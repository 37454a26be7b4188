package probe_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/models"
)

// three is a network of three layers with something after the last.
type three struct {
	FC1, FC2, FC3 *nn.Linear
	after         func(*tensor.Tensor) *tensor.Tensor
}

func newThree(after func(*tensor.Tensor) *tensor.Tensor) *three {
	n := &three{nn.NewLinear(4, 8, nn.LinearOptions{Activation: tensor.ActTanh}), nn.NewLinear(8, 8), nn.NewLinear(8, 5), after}
	nn.Init(n, 1)
	return n
}

// forward is where three calls its layers.
var forward string

func (n *three) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	forward = here(1)
	return n.after(n.FC3.Forward(p, n.FC2.Forward(p, n.FC1.Forward(p, x)).ReLU()))
}

// here is the line of its call, and the given number of lines on.
func here(on int) string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprintf("%s:%d", file, line+on)
}

func batch() *tensor.Tensor { return tensor.Randn(rand.New(rand.NewPCG(3, 4)), 16, 4) }

func sgd(root any, rate float64) *optim.SGD {
	o := optim.DefaultSGD()
	o.LR = rate
	return optim.NewSGD(nn.Parameters(root), o)
}

// caught runs f and returns the anomaly that it panics with, nil if it ends.
func caught(f func()) (found *probe.AnomalyError) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *probe.AnomalyError:
			found = e
		default:
			panic(e)
		}
	}()
	f()
	return nil
}

// TestAnomalyFindsTheOperation makes numbers that are not finite in every way there is, and asks for
// the operation, the layer and the line.
func TestAnomalyFindsTheOperation(t *testing.T) {
	var line string
	last := func(f func(x *tensor.Tensor) *tensor.Tensor) func(*three, *tensor.Tensor) {
		return func(n *three, _ *tensor.Tensor) { n.after = f }
	}
	add := func(v ...float32) *tensor.Tensor { return tensor.FromSlice(v, len(v)) }
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name    string
		prepare func(n *three, x *tensor.Tensor)
		want    probe.AnomalyError
		nan     bool
		says    string
	}{
		{"the logarithm of a negative number in the third layer", last(func(x *tensor.Tensor) *tensor.Tensor {
			line = here(1)
			return x.Log()
		}), probe.AnomalyError{Kind: probe.InForward, Op: "log", Layer: "fc3", Name: "fc3.log", Operand: -1}, true, "log in fc3"},
		{"a root of 0, in backward only", last(func(x *tensor.Tensor) *tensor.Tensor {
			line = here(1)
			return x.ReLU().Sqrt()
		}), probe.AnomalyError{Kind: probe.InBackward, Op: "sqrt", Layer: "fc3", Name: "fc3.sqrt", Operand: 0}, false, "the backward of sqrt in fc3"},
		{"a root of 0 that nothing depends on", last(func(x *tensor.Tensor) *tensor.Tensor {
			line = here(1)
			x = x.ReLU().Sqrt()
			return x.MulScalar(0)
		}), probe.AnomalyError{Kind: probe.InBackward, Op: "sqrt", Layer: "fc3", Name: "fc3.sqrt", Operand: 0}, true, "of an incoming gradient [16 5] 0 ... 0"},
		{"too large a power of e", last(func(x *tensor.Tensor) *tensor.Tensor {
			x = x.MulScalar(1e4)
			line = here(1)
			return x.Exp()
		}), probe.AnomalyError{Kind: probe.InForward, Op: "exp", Layer: "fc3", Name: "fc3.exp", Operand: -1}, false, "made Inf"},
		{"too large a product, in place", last(func(x *tensor.Tensor) *tensor.Tensor {
			x = x.AddScalar(1)
			line = here(1)
			return x.MulInPlace(tensor.Full(1e30, 5)).MulInPlace(tensor.Full(1e30, 5))
		}), probe.AnomalyError{Kind: probe.InForward, Op: "mul_in_place", Layer: "fc3", Name: "fc3.mul_in_place.2", Operand: -1}, false, "mul_in_place"},
		{"NaN in the batch", func(n *three, x *tensor.Tensor) {
			tensor.Edit(x, func(v []float32) { v[3*4+1] = float32(math.NaN()) })
		}, probe.AnomalyError{Kind: probe.InData, Op: "linear", Layer: "fc1", Name: "fc1", Operand: 0}, true, "first in example 3 of the batch"},
		{"NaN in the targets", last(func(x *tensor.Tensor) *tensor.Tensor {
			line = here(1)
			return nn.MSE(x, tensor.Full(math.NaN(), 16, 5))
		}), probe.AnomalyError{Kind: probe.InData, Op: "mse_loss", Layer: "fc3", Name: "fc3.mse_loss", Operand: 1}, true, "the data are not finite"},
		{"a weight that is not finite", func(n *three, x *tensor.Tensor) {
			tensor.Edit(n.FC2.Weight.Value(), func(v []float32) { v[5] = float32(math.NaN()) })
		}, probe.AnomalyError{Kind: probe.InWeights, Op: "linear", Layer: "fc2", Name: "fc2", Param: "fc2.weight", Operand: 1}, true, "fc2.weight"},
		{"a mask of infinities that is added", last(func(x *tensor.Tensor) *tensor.Tensor {
			line = here(1)
			return x.Add(add(0, -inf, 0, 0, -inf)).Softmax(1)
		}), probe.AnomalyError{Kind: probe.InData, Op: "add", Layer: "fc3", Name: "fc3.add", Operand: 1}, false, "NaNOnly"},
	} {
		t.Run(c.name, func(t *testing.T) {
			line = ""
			n := newThree(func(x *tensor.Tensor) *tensor.Tensor { return x })
			x := batch()
			c.prepare(n, x)
			p := nn.Training(1)
			opt := sgd(n, 0.1)
			a := probe.DetectAnomaly(p, n, opt, probe.AnomalyOptions{})
			defer a.Stop()
			found := caught(func() {
				n.Forward(p, x).Sum().Backward()
				opt.Step()
			})
			if found == nil {
				t.Fatal("nothing was found")
			}
			t.Log(found)
			if found != a.Found() {
				t.Errorf("Found returns %v, what was raised is %v", a.Found(), found)
			}
			if found.Kind != c.want.Kind || found.Op != c.want.Op || found.Layer != c.want.Layer || found.Name != c.want.Name ||
				found.Param != c.want.Param || found.Operand != c.want.Operand || found.Step != 1 {
				t.Errorf("found %+v\nwant  %+v", *found, c.want)
			}
			if found.Where != cmp.Or(line, forward) {
				t.Errorf("called at %s, not at %s", found.Where, cmp.Or(line, forward))
			}
			if got := found.Result.NaN > 0; got != c.nan {
				t.Errorf("the result is %v", found.Result)
			}
			report := found.Report()
			if !strings.Contains(found.Error()+report, c.says) {
				t.Errorf("%q is not in what it says:\n%v\n%s", c.says, found, report)
			}
			checkReport(t, report)
		})
	}
}

// checkReport holds the lines of a report, but for those with a path, to 100 columns.
func checkReport(t *testing.T, report string) {
	t.Helper()
	for line := range strings.Lines(report) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 && !strings.Contains(line, ".go:") && !strings.HasPrefix(line, "  try") {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
}

// TestAnomalyOfGradients: sums of gradients, and what happens to them between Backward and the step.
func TestAnomalyOfGradients(t *testing.T) {
	w := nn.NewParamOf(tensor.Full(1e-3, 3))
	for _, c := range []struct {
		name, op, param, says string
		loss                  func(x *tensor.Tensor) *tensor.Tensor
		then                  func()
	}{
		{"a sum at a result", "mul_scalar", "", "each of its parts was", func(x *tensor.Tensor) *tensor.Tensor {
			x = x.MulScalar(1)
			return x.MulScalar(2e38).Add(x.MulScalar(2e38)).Sum()
		}, func() {}},
		{"a sum at a parameter", "", "0", "added up", func(x *tensor.Tensor) *tensor.Tensor {
			return x.MulScalar(2e38).Add(x.MulScalar(2e38)).Sum()
		}, func() {}},
		{"set by the program", "", "0", "clipped or set since", func(x *tensor.Tensor) *tensor.Tensor { return x.Sum() }, func() { w.SetGrad(tensor.Full(math.Inf(1), 3)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := nn.Training(1)
			w.ZeroGrad()
			opt := sgd([]*nn.Param{w}, 0.1)
			a := probe.DetectAnomaly(p, []*nn.Param{w}, opt, probe.AnomalyOptions{})
			defer a.Stop()
			found := caught(func() {
				c.loss(p.Use(w)).Backward()
				c.then()
				opt.Step()
			})
			if found == nil {
				t.Fatal("nothing was found")
			}
			t.Log(found)
			if found.Kind != probe.InGradient || found.Op != c.op || found.Param != c.param || !strings.Contains(found.Error(), c.says) {
				t.Errorf("found %+v", *found)
			}
			checkReport(t, found.Report())
		})
	}
}

// TestAnomalyOfTheOptimizer: a step that makes a parameter infinite is told with the gradient.
func TestAnomalyOfTheOptimizer(t *testing.T) {
	n := newThree(func(x *tensor.Tensor) *tensor.Tensor { return x })
	p := nn.Training(1)
	opt := sgd(n, 0.01)
	defer probe.DetectAnomaly(p, n, opt, probe.AnomalyOptions{After: 10}).Stop()
	x := batch()
	step := func() {
		opt.ZeroGrad()
		n.Forward(p, x).Sum().Backward()
		opt.Step()
	}
	step()
	step()
	opt.SetLR(1e39)
	found := caught(step)
	if found == nil || found.Kind != probe.InWeights || found.Step != 13 || found.Op != "" || !strings.HasPrefix(found.Param, "fc") || found.Grad == nil {
		t.Fatalf("found %+v", found)
	}
	if !strings.Contains(found.Error(), "the optimizer made "+found.Param) {
		t.Error(found)
	}
	if len(found.History) != 3 || found.History[0].Step != 11 {
		t.Errorf("it looks back on %d steps", len(found.History))
	}
	checkReport(t, found.Report())
	t.Log(found.Report())
}

// TestAnomalyLooksBack: the last steps are kept, no more than were asked for.
func TestAnomalyLooksBack(t *testing.T) {
	for _, c := range []struct{ back, steps int }{{0, 5}, {3, 3}, {-1, 1}} {
		scale := 1.0
		n := newThree(func(x *tensor.Tensor) *tensor.Tensor { return x.MulScalar(scale).Exp() })
		p := nn.Training(1)
		opt := sgd(n, 1e-9)
		a := probe.DetectAnomaly(p, n, opt, probe.AnomalyOptions{Back: c.back})
		found := caught(func() {
			for range 12 {
				opt.ZeroGrad()
				n.Forward(p, batch()).Sum().Backward()
				opt.Step()
				scale *= 2
			}
		})
		a.Stop()
		if found == nil || len(found.History) != c.steps || found.History[c.steps-1].Step != found.Step {
			t.Fatalf("back %d: found %v", c.back, found)
		}
		if c.back != 0 {
			continue
		}
		report := found.Report()
		for _, want := range []string{"largest |value| by step", "fc3.exp", "fc1.tanh", "Inf", "operand 1", "try"} {
			if !strings.Contains(report, want) {
				t.Errorf("%q is not in the report", want)
			}
		}
		checkReport(t, report)
		t.Log(report)
	}
}

// TestAnomalyLetsMasksPass: infinities that the program puts in itself are its own affair.
func TestAnomalyLetsMasksPass(t *testing.T) {
	mask := tensor.FromSlice([]bool{false, true, false, false, true}, 1, 5).Expand(16, 5)
	inf := float32(math.Inf(1))
	for name, c := range map[string]struct {
		after func(x *tensor.Tensor) *tensor.Tensor
		o     probe.AnomalyOptions
	}{
		"filled": {func(x *tensor.Tensor) *tensor.Tensor {
			return x.MaskedFill(mask, math.Inf(-1)).Reshape(4, 4, 5).Softmax(2)
		}, probe.AnomalyOptions{}},
		"added, and asked": {func(x *tensor.Tensor) *tensor.Tensor {
			return x.Add(tensor.FromSlice([]float32{0, -inf, 0, 0, -inf}, 5)).Softmax(1)
		}, probe.AnomalyOptions{NaNOnly: true}},
	} {
		n := newThree(c.after)
		p := nn.Training(1)
		opt := sgd(n, 0.1)
		a := probe.DetectAnomaly(p, n, opt, c.o)
		for range 3 {
			opt.ZeroGrad()
			n.Forward(p, batch()).Mul(tensor.Arange(0, 5, 1)).Sum().Backward()
			opt.Step()
		}
		a.Stop()
		if a.Found() != nil {
			t.Errorf("%s: %v", name, a.Found())
		}
	}
}

// TestAnomalyCallback: with Found training goes on, and one anomaly is told.
func TestAnomalyCallback(t *testing.T) {
	n := newThree((*tensor.Tensor).Log)
	p := nn.Training(1)
	var found []*probe.AnomalyError
	a := probe.DetectAnomaly(p, n, nil, probe.AnomalyOptions{Found: func(e *probe.AnomalyError) { found = append(found, e) }})
	for range 3 {
		n.Forward(p, batch()).Sum().Backward()
	}
	if len(found) != 1 || found[0] != a.Found() || found[0].Step != 1 {
		t.Errorf("told of %v", found)
	}
}

// TestAnomalyWithoutOptimizer: a step is a forward with its Backward.
func TestAnomalyWithoutOptimizer(t *testing.T) {
	bad := false
	n := newThree(func(x *tensor.Tensor) *tensor.Tensor {
		if bad {
			return x.Log()
		}
		return x
	})
	p := nn.Training(1)
	defer probe.DetectAnomaly(p, n, nil, probe.AnomalyOptions{}).Stop()
	found := caught(func() {
		for i := range 4 {
			bad = i == 3
			n.Forward(p, batch()).Sum().Backward()
		}
	})
	if found == nil || found.Step != 4 {
		t.Errorf("found %v", found)
	}
}

// lenet makes steps of LeNet on real digits, and returns the weights.
func lenet(t *testing.T, steps int, around func(p *nn.Pass, m nn.Module, opt optim.Optimizer) (stop func())) (weights []float32, allocations float64) {
	t.Helper()
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch
	if err := set.Collect([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, nil, &b); err != nil {
		t.Fatal(err)
	}
	m := models.NewLeNet5(1, 28, 28, 10)
	nn.Init(m, 1)
	p := nn.Training(1)
	opt := sgd(m, 0.05)
	step := func() {
		opt.ZeroGrad()
		nn.CrossEntropy(m.Forward(p, b.X), b.Y).Backward()
		opt.Step()
	}
	stop := around(p, m, opt)
	for range steps {
		step()
	}
	stop()
	for _, q := range nn.Parameters(m) {
		weights = append(weights, tensor.Data[float32](q.Value())...)
	}
	step()
	return weights, testing.AllocsPerRun(5, step)
}

// TestAnomalyOfHealthyNetwork: nothing is found, no bit changes, and nothing is left behind.
func TestAnomalyOfHealthyNetwork(t *testing.T) {
	steps := 20
	if testing.Short() {
		steps = 5
	}
	none := func(*nn.Pass, nn.Module, optim.Optimizer) func() { return func() {} }
	want, most := lenet(t, steps, none)
	var a *probe.Anomaly
	got, allocations := lenet(t, steps, func(p *nn.Pass, m nn.Module, opt optim.Optimizer) func() {
		a = probe.DetectAnomaly(p, m, opt, probe.AnomalyOptions{})
		return a.Stop
	})
	if a.Found() != nil {
		t.Error(a.Found())
	}
	if !slices.Equal(got, want) {
		t.Error("the weights are others than without")
	}
	if !raceEnabled && allocations > most+2 { // another test's collection may empty a pool
		t.Errorf("a step allocates %v objects after Stop, %v without", allocations, most)
	}
}

func TestRange(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		x    *tensor.Tensor
		want string
		json string
	}{
		{tensor.FromSlice([]float32{1, -2, 3, 0}, 2, 2), "[2 2] -2 ... 3", `{"shape":[2,2],"min":-2,"max":3,"nan":0,"inf":0,"first":-1}`},
		{tensor.FromSlice([]float32{1, nan, -inf, 0}, 4), "[4] 0 ... 1, 25.0 % NaN, 25.0 % Inf", `{"shape":[4],"min":0,"max":1,"nan":1,"inf":1,"first":1}`},
		{tensor.FromSlice([]float64{math.NaN()}, 1), "[1], all NaN", `{"shape":[1],"min":null,"max":null,"nan":1,"inf":0,"first":0}`},
		{tensor.FromSlice([]int64{4, -7, 2}, 3).Reshape(3, 1).Transpose(0, 1), "[1 3] -7 ... 4", `{"shape":[1,3],"min":-7,"max":4,"nan":0,"inf":0,"first":-1}`},
		{tensor.FromSlice([]bool{true}, 1), "[1]", `{"shape":[1],"min":null,"max":null,"nan":0,"inf":0,"first":-1}`},
		{tensor.Zeros(0), "[0]", `{"shape":[0],"min":null,"max":null,"nan":0,"inf":0,"first":-1}`},
		{tensor.Scalar(2), "[] 2 ... 2", `{"shape":[],"min":2,"max":2,"nan":0,"inf":0,"first":-1}`},
	} {
		r := probe.RangeOf(c.x)
		if r.String() != c.want {
			t.Errorf("%v, not %s", r, c.want)
		}
		if b, err := json.Marshal(r); err != nil || string(b) != c.json {
			t.Errorf("%s %v, not %s", b, err, c.json)
		}
	}
	x := tensor.Zeros(10, 3, 2)
	tensor.Edit(x, func(v []float32) { v[7*6+1] = nan })
	if r := probe.RangeOf(x); r.Example() != 7 || r.NonFinite() != 1.0/60 {
		t.Errorf("%v: first in example %d, share %g", r, r.Example(), r.NonFinite())
	}
}
