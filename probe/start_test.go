package probe_test

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
)

// net is a model as users write it, with functional activations.
type net struct {
	Conv1, Conv2 *nn.Conv2d
	FC1, FC2     *nn.Linear
	Drop         *nn.Dropout
}

func newNet() *net {
	n := &net{
		Conv1: nn.NewConv2d(1, 8, 5, nn.ConvOptions{Padding: 2}),
		Conv2: nn.NewConv2d(8, 16, 5, nn.ConvOptions{Padding: 2}),
		FC1:   nn.NewLinear(16*7*7, 64),
		FC2:   nn.NewLinear(64, 10),
		Drop:  nn.NewDropout(0.2),
	}
	nn.Init(n, 42)
	return n
}

func (n *net) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.Conv2.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.FC1.Forward(p, x.Flatten(1)).ReLU()
	return n.FC2.Forward(p, n.Drop.Forward(p, x))
}

// batches are the first batches of MNIST.
func batches(t testing.TB, n, size int) (xs, ys []*tensor.Tensor) {
	t.Helper()
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		t.Fatal(err)
	}
	for b, err := range data.NewLoader(set, data.LoaderOptions{BatchSize: size, Shuffle: true, Seed: 42}).Batches(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		xs, ys = append(xs, b.X.Clone()), append(ys, b.Y.Clone())
		if len(xs) == n {
			break
		}
	}
	return xs, ys
}

func floats(t *tensor.Tensor) []float64 { return tensor.Data[float64](t.Detach().To(tensor.Float64)) }

// described is a Summary by the definitions.
func described(x []float64) probe.Summary {
	s := probe.Summary{Count: len(x), Min: math.Inf(1), Max: math.Inf(-1)}
	var sum, sumAbs, squares, finite float64
	for _, v := range x {
		squares += v * v
		if math.IsNaN(v) || math.IsInf(v, 0) {
			s.NonFinite += 1 / float64(len(x))
			continue
		}
		finite++
		sum += v
		sumAbs += math.Abs(v)
		s.Min, s.Max = min(s.Min, v), max(s.Max, v)
		if v == 0 {
			s.Zeros += 1 / float64(len(x))
		}
	}
	s.Norm = math.Sqrt(squares)
	if finite == 0 {
		s.Mean, s.Std, s.MeanAbs, s.Min, s.Max = math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()
		return s
	}
	s.Mean, s.MeanAbs = sum/finite, sumAbs/finite
	for _, v := range x {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.Std += (v - s.Mean) * (v - s.Mean) / finite
		}
	}
	s.Std = math.Sqrt(s.Std)
	return s
}

// alike compares a summary with the elements that it is of. Of weights, and of results and their gradients, of more than
// 16,384 elements about 8,192 are looked at.
func alike(t *testing.T, what string, got probe.Summary, x []float64) {
	t.Helper()
	compare(t, what, got, x, 1e-6, 1e-7)
}

func nearlyAlike(t *testing.T, what string, got probe.Summary, x []float64) {
	t.Helper()
	if len(x) <= 16<<10 {
		alike(t, what, got, x)
	} else {
		compare(t, what, got, x, 0.1, 0.1)
	}
}

// compare allows a share of each figure, and of the mean magnitude.
func compare(t *testing.T, what string, got probe.Summary, x []float64, share, ofMean float64) {
	t.Helper()
	want := described(x)
	if share > 1e-3 && want.NonFinite < 1 {
		if got.Min < want.Min || got.Max > want.Max || got.Min > want.Mean || got.Max < want.Mean {
			t.Errorf("%s: from %g to %g, want within %g to %g", what, got.Min, got.Max, want.Min, want.Max)
		}
		want.Min, want.Max = got.Min, got.Max
	}
	if got.Count != want.Count {
		t.Errorf("%s: %d elements, want %d", what, got.Count, want.Count)
	}
	for _, c := range []struct {
		field     string
		got, want float64
	}{{"mean", got.Mean, want.Mean}, {"std", got.Std, want.Std}, {"mean_abs", got.MeanAbs, want.MeanAbs}, {"norm", got.Norm, want.Norm},
		{"min", got.Min, want.Min}, {"max", got.Max, want.Max}, {"zeros", got.Zeros, want.Zeros}, {"nonfinite", got.NonFinite, want.NonFinite}} {
		close := math.Abs(c.got-c.want) <= share*math.Abs(c.want)+ofMean*math.Abs(want.MeanAbs)+1e-12
		if c.got != c.want && !close && !(math.IsNaN(c.got) && math.IsNaN(c.want)) {
			t.Errorf("%s: %s is %g, want %g", what, c.field, c.got, c.want)
		}
	}
	if h := got.Histogram; h != nil {
		sum := 0
		for _, n := range h.Counts {
			sum += n
		}
		if finite := want.Count - int(math.Round(want.NonFinite*float64(want.Count))); sum > finite || sum < min(finite, 500) || sum != finite && finite <= 2<<10 || h.Low > want.Min || h.High < want.Max {
			t.Errorf("%s: a histogram of %d from %g to %g, want %d from %g to %g", what, sum, h.Low, h.High, finite, want.Min, want.Max)
		}
	}
}

// seen is what a step's operations made, copied by an observer of the test's own.
type seen struct {
	names   []string
	outputs map[string][]float64
	grads   map[string][]float64
}

func look(p *nn.Pass, root any) (s *seen, stop func()) {
	s = &seen{outputs: map[string][]float64{}, grads: map[string][]float64{}}
	o := p.Listen(root, func(e nn.Event) {
		if e.Op == "reshape" || e.Op == "slice" || e.Output.Dim() == 0 || !e.Output.DType().IsFloat() {
			return
		}
		if s.outputs[e.Name] == nil {
			s.names = append(s.names, e.Name)
		}
		s.outputs[e.Name] = append(s.outputs[e.Name], floats(e.Output)...)
		if e.Output.Tracked() {
			e.Output.OnGrad(func(g *tensor.Tensor) { s.grads[e.Name] = append(s.grads[e.Name], floats(g)...) })
		}
	})
	return s, o.Pause
}

// check holds a sampled record against what was seen.
func (s *seen) check(t *testing.T, r *probe.Step) {
	t.Helper()
	var names []string
	for _, l := range r.Layers {
		names = append(names, l.Name)
		what := fmt.Sprintf("step %d, %s", r.Step, l.Name)
		nearlyAlike(t, what, l.Output, s.outputs[l.Name])
		if (l.Grad == nil) != (s.grads[l.Name] == nil) {
			t.Errorf("%s: there is a gradient: %v, want %v", what, l.Grad != nil, s.grads[l.Name] != nil)
		} else if l.Grad != nil {
			nearlyAlike(t, what+"'s gradient", *l.Grad, s.grads[l.Name])
		}
	}
	if !slices.Equal(names, s.names) {
		t.Errorf("step %d has the layers %v, want %v", r.Step, names, s.names)
	}
}

// TestStartOnLeNet holds every field of some steps of a real training against plain float64.
func TestStartOnLeNet(t *testing.T) {
	const steps = 5
	xs, ys := batches(t, steps, 16)
	m := newNet()
	p := nn.Training(42)
	opt := optim.NewAdam(nn.Parameters(m), optim.DefaultAdam())
	var records []*probe.Step
	stop := probe.Start(p, m, opt, probe.Options{Every: 2, Histograms: 2}, func(s *probe.Step) { records = append(records, s) })
	defer stop()
	for i := range steps {
		s, unlook := look(p, m)
		loss := nn.CrossEntropy(m.Forward(p, xs[i]), ys[i])
		opt.ZeroGrad()
		loss.Backward()
		unlook()
		weights, grads, square := map[string][]float64{}, map[string][]float64{}, 0.0
		for name, q := range nn.Named(m) {
			weights[name], grads[name] = floats(q.Value()), floats(q.Grad())
			square += math.Pow(described(grads[name]).Norm, 2)
		}
		opt.Step()
		if len(records) != i+1 {
			t.Fatalf("%d records after %d steps", len(records), i+1)
		}
		r := records[i]
		if r.Step != i+1 || r.Loss != loss.Item() || r.LR != opt.LR() || math.Abs(r.GradNorm-math.Sqrt(square)) > 1e-6*r.GradNorm {
			t.Errorf("step %d: %+v; loss %g, norm %g", i+1, r, loss.Item(), math.Sqrt(square))
		}
		sampled := i == 0 || (i+1)%2 == 0
		if r.Sampled() != sampled {
			t.Fatalf("step %d is sampled: %v", i+1, r.Sampled())
		}
		if !sampled {
			if r.Input != nil || r.Labels != nil || r.Layers != nil || r.Params != nil {
				t.Errorf("step %d is not sampled and has %+v", i+1, r)
			}
			continue
		}
		s.check(t, r)
		if got := strings.Join(s.names, " "); got != "conv1 conv1.relu conv1.max_pool2d conv2 conv2.relu conv2.max_pool2d fc1 fc1.relu drop fc2" {
			t.Errorf("layers %s", got)
		}
		nearlyAlike(t, "the input", *r.Input, floats(xs[i]))
		labels := make([]int, 10)
		for _, y := range tensor.Data[int64](ys[i]) {
			labels[y]++
		}
		if !slices.Equal(r.Labels, labels) {
			t.Errorf("labels %v, want %v", r.Labels, labels)
		}
		for k, l := range r.Layers {
			checkUnits(t, l, s.outputs[l.Name])
			if histogram := i == 0 || i == 3; (l.Output.Histogram != nil) != histogram || (l.Grad.Histogram != nil) != histogram {
				t.Errorf("step %d, layer %d: histograms %v, %v", i+1, k, l.Output.Histogram, l.Grad.Histogram)
			}
		}
		k := 0
		for name, q := range nn.Named(m) {
			w := r.Params[k]
			k++
			if w.Name != name || !slices.Equal(w.Shape, q.Shape()) || w.Frozen {
				t.Errorf("parameter %d is %+v, want %s", k, w, name)
			}
			nearlyAlike(t, name, w.Weight, weights[name])
			if norm := described(weights[name]).Norm; math.Abs(w.Weight.Norm-norm) > 1e-6*norm {
				t.Errorf("%s: norm %g, want %g", name, w.Weight.Norm, norm)
			}
			alike(t, name+"'s gradient", *w.Grad, grads[name])
			after, change := floats(q.Value()), 0.0
			for j, v := range weights[name] {
				change += (after[j] - v) * (after[j] - v)
			}
			if want := math.Sqrt(change) / described(weights[name]).Norm; math.Abs(w.UpdateRatio-want) > 1e-6*want {
				t.Errorf("%s: update ratio %g, want %g", name, w.UpdateRatio, want)
			}
		}
		if k != len(r.Params) {
			t.Errorf("%d parameters, want %d", len(r.Params), k)
		}
	}
	stop()
	nn.CrossEntropy(m.Forward(p, xs[0]), ys[0]).Backward()
	opt.Step()
	if len(records) != steps {
		t.Error("a record after stop")
	}
}

// checkUnits holds what a layer's record says of units, saturation and the example against its results.
func checkUnits(t *testing.T, l probe.Layer, x []float64) {
	t.Helper()
	each := len(x) / l.Shape[0] // elements of an example
	worst, spoilt := 0, false
	saturated := 0
	for i, v := range x {
		bad := math.IsNaN(v) || math.IsInf(v, 0)
		if !spoilt && (bad || math.Abs(v) > math.Abs(x[worst])) {
			worst, spoilt = i, bad
		}
		if l.Op == "tanh" && math.Abs(v) > 0.97 || l.Op == "sigmoid" && (v < 0.01 || v > 0.99) {
			saturated++
		}
	}
	if len(x) <= 16<<10 && l.Example != worst/each {
		t.Errorf("%s: example %d, want %d", l.Name, l.Example, worst/each)
	}
	if want := float64(saturated) / float64(len(x)); l.Saturated != want {
		t.Errorf("%s: saturated %g, want %g", l.Name, l.Saturated, want)
	}
	if l.Op != "relu" && l.Op != "tanh" && l.Op != "sigmoid" {
		if l.Units != 0 || l.Dead != nil {
			t.Errorf("%s, a %s, has %d units, %v dead", l.Name, l.Op, l.Units, l.Dead)
		}
		return
	}
	units := l.Shape[1]
	inner := each / units
	var dead []int
	for u := range units {
		alive := false
		for i, v := range x {
			alive = alive || i/inner%units == u && v != 0
		}
		if !alive {
			dead = append(dead, u)
		}
	}
	if l.Units != units || !slices.Equal(l.Dead, dead) {
		t.Errorf("%s: %d units, dead %v; want %d, %v", l.Name, l.Units, l.Dead, units, dead)
	}
}

// plain is a Sequential whose layers are fused while nobody observes.
func plain() *nn.Sequential {
	m := nn.NewSequential(nn.NewConv2d(1, 4, 5), nn.NewReLU(), nn.NewMaxPool2d(2), nn.NewFlatten(), nn.NewLinear(4*12*12, 32), nn.NewTanh(),
		nn.NewDropout(0.3), nn.NewLinear(32, 16), nn.NewSigmoid(), nn.NewLinear(16, 10))
	nn.Init(m, 7)
	return m
}

// TestWatchingChangesNothing: a run watched at every step, at some, and not at all has the same
// weights to the last bit, and layers are fused between samples.
func TestWatchingChangesNothing(t *testing.T) {
	const steps = 6
	xs, ys := batches(t, steps, 32)
	run := func(every int) (weights [][]float32, fused string) {
		m := plain()
		p := nn.Training(3)
		o := optim.DefaultSGD()
		o.LR, o.Momentum = 0.1, 0.9
		opt := optim.NewSGD(nn.Parameters(m), o)
		if every > 0 {
			defer probe.Start(p, m, opt, probe.Options{Every: every, Histograms: 1}, func(*probe.Step) {})()
		}
		relus := 0
		p.Trace(m, func(op, _ string) {
			if op == "ReLU" {
				relus++
			}
		})
		for i := range steps {
			relus = 0
			loss := nn.CrossEntropy(m.Forward(p, xs[i]), ys[i])
			opt.ZeroGrad()
			loss.Backward()
			opt.Step()
			if relus == 0 {
				fused += "f"
			} else {
				fused += "-"
			}
		}
		for _, q := range nn.Parameters(m) {
			weights = append(weights, tensor.Data[float32](q.Value()))
		}
		return weights, fused
	}
	want, fused := run(0)
	if fused != "ffffff" {
		t.Fatalf("without a watch: %s", fused)
	}
	for every, wantFused := range map[int]string{1: "------", 3: "-f-ff-", 100: "-fffff"} {
		got, fused := run(every)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("watched every %d steps the weights are others", every)
		}
		if fused != wantFused {
			t.Errorf("watched every %d steps the layers are fused at %s, want %s", every, fused, wantFused)
		}
	}
}

// TestRecordsAreTheRunsOwn: a watch that begins in the middle, as a resumed run's, makes the
// records that one from the start makes there.
func TestRecordsAreTheRunsOwn(t *testing.T) {
	const steps = 8
	xs, ys := batches(t, steps, 8)
	run := func(begin int) (records []*probe.Step) {
		m := plain()
		p := nn.Training(3)
		opt := optim.NewAdam(nn.Parameters(m), optim.DefaultAdam())
		for i := range steps {
			if i == begin {
				defer probe.Start(p, m, opt, probe.Options{Every: 3, Histograms: 2, After: begin}, func(s *probe.Step) { records = append(records, s) })()
			}
			loss := nn.CrossEntropy(m.Forward(p, xs[i]), ys[i])
			opt.ZeroGrad()
			loss.Backward()
			opt.Step()
			tensor.Data[float32](m.Forward(nn.Inference(), xs[i])) // another Pass is not heard
		}
		return records
	}
	whole := run(0)
	for _, begin := range []int{1, 2, 3, 7} {
		if part := run(begin); !reflect.DeepEqual(part, whole[begin:]) {
			t.Errorf("from step %d on the records are others", begin+1)
		}
	}
}

func TestStartMisuse(t *testing.T) {
	m := nn.NewLinear(1, 1)
	p := nn.Training(1)
	opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
	ok := func(*probe.Step) {}
	for want, f := range map[string]func(){
		"the Pass is nil":      func() { probe.Start(nil, m, opt, probe.Options{}, ok) },
		"the optimizer is nil": func() { probe.Start(p, m, nil, probe.Options{}, ok) },
		"OnStep":               func() { probe.Start(p, m, struct{ optim.Optimizer }{opt}, probe.Options{}, ok) },
		"function":             func() { probe.Start(p, m, opt, probe.Options{}, nil) },
		"Every is -1":          func() { probe.Start(p, m, opt, probe.Options{Every: -1}, ok) },
		"Histograms is -2":     func() { probe.Start(p, m, opt, probe.Options{Histograms: -2}, ok) },
		"After is -3":          func() { probe.Start(p, m, opt, probe.Options{After: -3}, ok) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(tensor.Misuse); !ok || !strings.Contains(err.Error(), want) {
					t.Errorf("%v; it should say %q", err, want)
				}
			}()
			f()
		}()
	}
}

func TestDensest(t *testing.T) {
	for _, c := range []struct{ a, b, want probe.Options }{
		{probe.Options{}, probe.Options{}, probe.Options{Every: 10, Histograms: 10}},
		{probe.Options{Every: 50}, probe.Options{}, probe.Options{Every: 10, Histograms: 10}},
		{probe.Options{Every: 50, Histograms: 1}, probe.Options{Every: 10, Histograms: 10}, probe.Options{Every: 10, Histograms: 5}},
		{probe.Options{Every: 7, Histograms: -1}, probe.Options{Every: 100, Histograms: -1}, probe.Options{Every: 7, Histograms: -1}},
		{probe.Options{Every: 7, Histograms: -1, After: 3}, probe.Options{Every: 3, Histograms: 100, After: 9}, probe.Options{Every: 3, Histograms: 100, After: 3}},
		{probe.Options{Every: 1, Histograms: -1}, probe.Options{Every: 10, Histograms: 2}, probe.Options{Every: 1, Histograms: 20}},
	} {
		if got := c.a.Densest(c.b); got != c.want {
			t.Errorf("%+v and %+v: %+v, want %+v", c.a, c.b, got, c.want)
		}
	}
}
