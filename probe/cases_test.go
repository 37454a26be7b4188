package probe_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// watched makes a step of a model under a watch of every step: forward does its forwards and
// Backwards. It returns the record, held against what an observer saw.
func watched(t *testing.T, p *nn.Pass, m any, forward func()) *probe.Step {
	t.Helper()
	opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
	var record *probe.Step
	defer probe.Start(p, m, opt, probe.Options{Every: 1, Histograms: 1}, func(s *probe.Step) { record = s })()
	s, stop := look(p, m)
	opt.ZeroGrad()
	forward()
	opt.Step()
	stop()
	if record == nil {
		t.Fatal("no record")
	}
	s.check(t, record)
	return record
}

func randn(seed uint64, shape ...int) *tensor.Tensor {
	return tensor.Randn(rand.New(rand.NewPCG(seed, 1)), shape...)
}

func find(t *testing.T, s *probe.Step, layer string) probe.Layer {
	t.Helper()
	for _, l := range s.Layers {
		if l.Name == layer {
			return l
		}
	}
	t.Fatalf("there is no layer %s", layer)
	return probe.Layer{}
}

func param(t *testing.T, s *probe.Step, name string) probe.Param {
	t.Helper()
	for _, p := range s.Params {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no parameter %s", name)
	return probe.Param{}
}

// own is a user's layer: parameters of its own, used without Enter.
type own struct{ W, B *nn.Param }

func newOwn(in, out int) *own {
	return &own{nn.NewParam(nn.Normal{Std: 1}, in, out), nn.NewParam(nn.Zeros(), out)}
}

func (o *own) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.MatMul(p.Use(o.W)).Add(p.Use(o.B)).Tanh()
}

// TestModuleTrees: any user's tree, its layers in maps, slices and embedded structs, or the root
// itself with parameters.
func TestModuleTrees(t *testing.T) {
	x := randn(1, 6, 3)
	root := newOwn(3, 2)
	nn.Init(root, 1)
	p := nn.Training(1)
	s := watched(t, p, root, func() { root.Forward(p, x).Sum().Backward() })
	if l := find(t, s, "tanh"); l.Op != "tanh" || l.Units != 2 || s.Params[0].Name != "w" || s.Input != nil {
		t.Errorf("%+v", s)
	}

	tree := &struct {
		Blocks []*own
		Heads  map[string]*own
	}{[]*own{newOwn(3, 4), newOwn(4, 4)}, map[string]*own{"left": newOwn(4, 2), "right": newOwn(4, 2)}}
	nn.Init(tree, 1)
	p = nn.Training(1)
	s = watched(t, p, tree, func() {
		h := tree.Blocks[1].Forward(p, tree.Blocks[0].Forward(p, x))
		tree.Heads["left"].Forward(p, h).Add(tree.Heads["right"].Forward(p, h)).Mean().Backward()
	})
	find(t, s, "blocks.1.tanh")
	find(t, s, "heads.right.tanh")
	param(t, s, "heads.left.w")
}

// TestAccumulated: several forwards and Backwards of one step are joined.
func TestAccumulated(t *testing.T) {
	m := plain()
	p := nn.Training(1)
	x, y := randn(1, 12, 1, 28, 28), tensor.FromSlice([]int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0})
	sum := 0.0
	s := watched(t, p, m, func() {
		for i := range 3 {
			loss := nn.CrossEntropy(m.Forward(p, x.Slice(0, 4*i, 4*i+4, 1)), y.Slice(0, 4*i, 4*i+4, 1))
			loss.Backward()
			sum += loss.Item()
		}
	})
	if l := find(t, s, "4"); l.Output.Count != 12*32 || l.Grad.Count != 12*32 || !slices.Equal(l.Shape, []int{4, 32}) {
		t.Errorf("%+v", l)
	}
	if want := []int{3, 1, 1, 1, 1, 1, 1, 1, 1, 1}; !slices.Equal(s.Labels, want) || s.Loss != sum || s.Backwards != 3 {
		t.Errorf("labels %v, loss %g of %d; want %v, %g of 3", s.Labels, s.Loss, s.Backwards, want, sum)
	}
}

// TestOneNaN: a single element that is not finite is found with its layer, its share and its example, however large the
// result that it appears in.
func TestOneNaN(t *testing.T) {
	x := randn(1, 32, 1, 28, 28)
	for _, at := range [][2]int{{0, 0}, {5, 100}, {17, 783}, {31, 400}} {
		m := &struct{ Conv *nn.Conv2d }{nn.NewConv2d(1, 8, 1)}
		nn.Init(m, 1)
		p := nn.Training(1)
		bad := x.Clone()
		tensor.Edit(bad, func(data []float32) { data[at[0]*784+at[1]] = float32(math.NaN()) })
		s := watched(t, p, m, func() { m.Conv.Forward(p, bad).ReLU().Mean().Backward() })
		for _, name := range []string{"conv", "conv.relu"} {
			if l := find(t, s, name); l.Output.NonFinite != 1.0/(32*784) || l.Example != at[0] || l.Output.Count != 32*8*784 {
				t.Errorf("%s: share %g in example %d, want %g in %d", name, l.Output.NonFinite, l.Example, 1.0/(32*784), at[0])
			}
		}
	}
}

// TestSharedLayer: a layer that runs twice in a forward is one entry of both.
func TestSharedLayer(t *testing.T) {
	m := &struct{ In, Twice *nn.Linear }{nn.NewLinear(3, 5), nn.NewLinear(5, 5)}
	nn.Init(m, 1)
	p := nn.Training(1)
	s := watched(t, p, m, func() {
		h := m.In.Forward(p, randn(1, 4, 3)).ReLU()
		h = m.Twice.Forward(p, h).ReLU()
		m.Twice.Forward(p, h).ReLU().Sum().Backward()
	})
	if l := find(t, s, "twice.relu"); l.Output.Count != 40 || l.Grad.Count != 40 || l.Units != 5 {
		t.Errorf("%+v", l)
	}
}

// TestWithoutGradients: what is frozen, evaluated or not used has no gradient, and is said.
func TestWithoutGradients(t *testing.T) {
	m := &struct{ A, B, C, Unused *nn.Linear }{nn.NewLinear(3, 4), nn.NewLinear(4, 4), nn.NewLinear(4, 2), nn.NewLinear(2, 2)}
	nn.Init(m, 1)
	nn.Freeze(m.A)
	p := nn.Training(1)
	p.Eval(m.B)
	s := watched(t, p, m, func() {
		h := m.B.Forward(p, m.A.Forward(p, randn(1, 5, 3)).ReLU()).ReLU()
		nn.CrossEntropy(m.C.Forward(p, h), tensor.FromSlice([]int64{0, 1, 1, 0, 1})).Backward()
	})
	if l := find(t, s, "a.relu"); l.Grad != nil || l.Units != 4 {
		t.Errorf("of frozen parameters: %+v", l)
	}
	for name, want := range map[string]struct{ frozen, grad bool }{"a.weight": {true, false}, "b.weight": {false, false}, "c.weight": {false, true}, "unused.bias": {false, false}} {
		q := param(t, s, name)
		if q.Frozen != want.frozen || (q.Grad != nil) != want.grad || (q.UpdateRatio != 0) != want.grad || q.Weight.Count == 0 {
			t.Errorf("%s: %+v", name, q)
		}
	}
}

// TestNoNumbers: NaN everywhere, infinities, zeros.
func TestNoNumbers(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewReLU(), nn.NewLinear(4, 2))
	nn.Init(m, 1)
	m.Modules[0].(*nn.Linear).Weight.Value().CopyFrom(tensor.Full(math.NaN(), 4, 3))
	m.Modules[2].(*nn.Linear).Bias.Value().CopyFrom(tensor.Zeros(2))
	p := nn.Training(1)
	s := watched(t, p, m, func() { m.Forward(p, randn(1, 1, 3)).Sum().Backward() })
	if !math.IsNaN(s.Loss) || !math.IsNaN(s.GradNorm) {
		t.Errorf("loss %g, norm %g", s.Loss, s.GradNorm)
	}
	if l := find(t, s, "1"); l.Output.NonFinite != 1 || !math.IsNaN(l.Output.Norm) || l.Dead != nil || l.Example != 0 || l.Output.Histogram != nil {
		t.Errorf("%+v", l)
	}
	if q := param(t, s, "2.bias"); !math.IsInf(q.UpdateRatio, 1) {
		t.Errorf("zeros that change: %g", q.UpdateRatio)
	}

	m = nn.NewSequential(nn.NewLinear(3, 4), nn.NewReLU())
	nn.Init(m, 1)
	m.Modules[0].(*nn.Linear).Bias.Value().CopyFrom(tensor.FromSlice([]float32{-1e6, 0, float32(math.Inf(1)), -1e6}))
	x := randn(1, 9, 3)
	s = watched(t, p, m, func() { m.Forward(p, x).Slice(1, 0, 2, 1).Sum().Backward() })
	if l := find(t, s, "1"); !slices.Equal(l.Dead, []int{0, 3}) || l.Output.NonFinite != 0.25 || !math.IsInf(l.Output.Norm, 1) || l.Output.Zeros < 0.5 {
		t.Errorf("%+v", l)
	}
}

// TestBinaryLabels: the two classes of a binary cross entropy.
func TestBinaryLabels(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 1), nn.NewSigmoid())
	nn.Init(m, 1)
	p := nn.Training(1)
	y := tensor.FromSlice([]float32{1, 0, 1, 1}, 4, 1)
	s := watched(t, p, m, func() { nn.BCE(m.Forward(p, randn(1, 4, 3)), y).Backward() })
	if !slices.Equal(s.Labels, []int{1, 3}) {
		t.Errorf("labels %v", s.Labels)
	}
	s = watched(t, p, m, func() { nn.BCE(m.Forward(p, randn(1, 4, 3)), y.MulScalar(0.5)).Backward() })
	if s.Labels != nil {
		t.Errorf("labels of shares: %v", s.Labels)
	}
}

// TestFeaturesLast: the units of an activation behind a linear layer are its features, whatever
// dimensions the batch has; and the image's channels behind a convolution.
func TestFeaturesLast(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 7), nn.NewReLU())
	nn.Init(m, 1)
	p := nn.Training(1)
	s := watched(t, p, m, func() { m.Forward(p, randn(1, 2, 5, 3)).Sum().Backward() })
	if l := find(t, s, "1"); l.Units != 7 {
		t.Errorf("%d units", l.Units)
	}
	m = nn.NewSequential(nn.NewLinear(3, 7), nn.NewLayerNorm(7), nn.NewDropout(0.5), nn.NewReLU())
	nn.Init(m, 1)
	s = recorded(m, func(p *nn.Pass) {
		y := m.Forward(p, randn(1, 2, 5, 3)) // [2, 5, 7]
		y.Permute(0, 2, 1).ReLU().Sum().Backward()
	})
	if l := find(t, s, "3"); l.Units != 7 {
		t.Errorf("behind layer norm and dropout: %d units", l.Units)
	}
	if l := find(t, s, "3.relu.2"); l.Units != 7 {
		t.Errorf("permuted: %d units", l.Units)
	}
}

// recorded is the record of one step.
func recorded(m any, forward func(p *nn.Pass)) (record *probe.Step) {
	p := nn.Training(1)
	opt := optim.NewSGD(nn.Parameters(m), optim.SGDOptions{LR: 0.1})
	stop := probe.Start(p, m, opt, probe.Options{}, func(s *probe.Step) { record = s })
	defer stop()
	forward(p)
	opt.Step()
	return record
}

// fork has two layers side by side, whose activations come after both.
type fork struct{ A, B *nn.Linear }

func (f *fork) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	a := f.A.Forward(p, x)
	b := f.B.Forward(p, x)
	return a.ReLU().Add(b.Tanh())
}

// TestFork: an activation has the name of the layer whose result it is of.
func TestFork(t *testing.T) {
	m := &fork{nn.NewLinear(3, 4), nn.NewLinear(3, 4)}
	nn.Init(m, 1)
	s := recorded(m, func(p *nn.Pass) { m.Forward(p, randn(1, 8, 3)).Sum().Backward() })
	var names []string
	for _, l := range s.Layers {
		names = append(names, l.Name)
	}
	if want := []string{"a", "b", "a.relu", "b.tanh", "b.add"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

// TestReLUInPlace: it has the name and the dead units of a ReLU.
func TestReLUInPlace(t *testing.T) {
	m := &fork{nn.NewLinear(3, 4), nn.NewLinear(3, 4)}
	nn.Init(m, 1)
	m.A.Bias.Value().CopyFrom(tensor.FromSlice([]float32{-1e6, 1, -1e6, 0}))
	s := recorded(m, func(p *nn.Pass) {
		x := randn(1, 8, 3)
		a, b := m.A.Forward(p, x), m.B.Forward(p, x)
		a.ReLUInPlace().Add(b).Sum().Backward()
	})
	if l := find(t, s, "a.relu_in_place"); l.Units != 4 || !slices.Equal(l.Dead, []int{0, 2}) {
		t.Errorf("%+v", l)
	}
}

// TestTwoPasses: a data-parallel step, whose gradients are added before the optimizer's; the
// watched Pass is heard.
func TestTwoPasses(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewReLU(), nn.NewLinear(4, 2))
	nn.Init(m, 1)
	p, q := nn.Training(1), nn.Training(2)
	x := randn(1, 8, 3)
	s := watched(t, p, m, func() {
		m.Forward(p, x.Slice(0, 0, 4, 1)).Sum().Backward()
		m.Forward(q, x.Slice(0, 4, 8, 1)).Sum().Backward()
		nn.Reduce(p, q)
	})
	if l := find(t, s, "1"); l.Output.Count != 16 {
		t.Errorf("%+v", l)
	}
	if g := param(t, s, "2.bias").Grad; g.Mean != 8 {
		t.Errorf("%+v", g)
	}
}

// TestDouble: a model in float64.
func TestDouble(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewTanh(), nn.NewLinear(4, 2))
	nn.Init(m, 1)
	nn.To(m, tensor.Float64)
	p := nn.Training(1)
	x := randn(1, 8, 3).To(tensor.Float64)
	s := watched(t, p, m, func() { m.Forward(p, x).Sum().Backward() })
	alike(t, "the input", *s.Input, floats(x))
}

// TestSteadyStateAllocatesNothing: between samples a watched step allocates what an unwatched
// one does.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	allocations := func(watch bool) float64 {
		m := plain()
		p := nn.Training(1)
		opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
		x, y := randn(1, 4, 1, 28, 28), tensor.FromSlice([]int64{0, 1, 2, 3})
		if watch {
			defer probe.Start(p, m, opt, probe.Options{Every: 1 << 30}, func(*probe.Step) {})()
		}
		step := func() {
			loss := nn.CrossEntropy(m.Forward(p, x), y)
			opt.ZeroGrad()
			loss.Backward()
			opt.Step()
		}
		for range 5 {
			step()
		}
		return testing.AllocsPerRun(200, step)
	}
	if plain, watched := allocations(false), allocations(true); watched > plain {
		t.Errorf("%g allocations a step, %g without a watch", watched, plain)
	}
}

// TestTwoWatches: two on one Pass hear all, and each by its own count.
func TestTwoWatches(t *testing.T) {
	m := plain()
	p := nn.Training(1)
	opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
	x, y := randn(1, 4, 1, 28, 28), tensor.FromSlice([]int64{0, 1, 2, 3})
	var a, b []*probe.Step
	probe.Start(p, m, opt, probe.Options{Every: 2}, func(s *probe.Step) { a = append(a, s) })
	var stop func()
	stop = probe.Start(p, m, opt, probe.Options{Every: 3}, func(s *probe.Step) {
		if b = append(b, s); len(b) == 4 {
			stop()
		}
	})
	for range 6 {
		loss := nn.CrossEntropy(m.Forward(p, x), y)
		opt.ZeroGrad()
		loss.Backward()
		opt.Step()
	}
	show := func(records []*probe.Step) (s string) {
		for _, r := range records {
			s += map[bool]string{true: "s", false: "-"}[r.Sampled()]
			if r.Loss != a[r.Step-1].Loss || r.Sampled() && len(r.Layers) != 9 {
				t.Errorf("%+v", r)
			}
		}
		return s
	}
	if got := show(a) + " " + show(b); got != "ss-s-s s-s-" {
		t.Errorf("sampled %s", got)
	}
}
