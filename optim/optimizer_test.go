package optim_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// wantMisuse checks that f panics with a tensor.Misuse whose sentence has want in it.
func wantMisuse(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		err, ok := recover().(tensor.Misuse)
		if !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("panic with %v, want a sentence with %q", err, want)
		}
	}()
	f()
}

// everyOptimizer makes one of each for the parameters, with all the state they can
// have.
func everyOptimizer(params []*nn.Param) map[string]optim.Optimizer {
	sgd, adam, rmsprop := optim.DefaultSGD(), optim.DefaultAdam(), optim.DefaultRMSprop()
	sgd.Momentum, adam.AMSGrad, rmsprop.Centered, rmsprop.Momentum = 0.9, true, true, 0.9
	return map[string]optim.Optimizer{
		"SGD":      optim.NewSGD(params, sgd),
		"Adam":     optim.NewAdam(params, adam),
		"AdamW":    optim.NewAdamW(params, optim.DefaultAdamW()),
		"RMSprop":  optim.NewRMSprop(params, rmsprop),
		"Adagrad":  optim.NewAdagrad(params, optim.DefaultAdagrad()),
		"Adadelta": optim.NewAdadelta(params, optim.DefaultAdadelta()),
	}
}

// TestLeavesAlone: a parameter that is frozen or has no gradient keeps its weights and
// its state, weight decay and momentum or not.
func TestLeavesAlone(t *testing.T) {
	o := optim.DefaultSGD()
	o.Momentum, o.WeightDecay = 0.9, 0.1
	a, b, c := nn.NewParamOf(tensor.Ones(2)), nn.NewParamOf(tensor.Ones(2)), nn.NewParamOf(tensor.Ones(2))
	opt := optim.NewSGD([]*nn.Param{a, b, c}, o)
	for _, p := range []*nn.Param{a, b, c} {
		p.SetGrad(tensor.Ones(2))
	}
	opt.Step()
	before, state := floats(b.Value()), opt.State()
	nn.Freeze(struct{ B *nn.Param }{b})
	c.ZeroGrad()
	opt.Step()
	if slices.Equal(floats(a.Value()), before) {
		t.Error("the parameter with a gradient did not move")
	}
	for k, p := range []*nn.Param{b, c} {
		name := fmt.Sprintf("%d.momentum_buffer", k+1)
		if !slices.Equal(floats(p.Value()), before) || !slices.Equal(floats(opt.State()[name]), floats(state[name])) {
			t.Errorf("parameter %d moved without taking part", k+1)
		}
	}
	opt.ZeroGrad()
	for k, p := range []*nn.Param{a, b, c} {
		if p.Grad() != nil {
			t.Errorf("parameter %d has a gradient after ZeroGrad", k)
		}
	}
}

func TestSetLR(t *testing.T) {
	a, b := nn.NewParamOf(tensor.Zeros(1)), nn.NewParamOf(tensor.Zeros(1))
	opt := optim.NewSGDGroups([]optim.Group[optim.SGDOptions]{
		{Params: []*nn.Param{a}, Options: optim.SGDOptions{LR: 0.1}},
		{Params: []*nn.Param{b}, Options: optim.SGDOptions{LR: 0.5}},
	})
	opt.SetLR(0) // as at the start of a warmup; the ratio must outlive it
	opt.SetLR(0.2)
	groups := opt.Groups()
	if opt.LR() != 0.2 || groups[0].Options.LR != 0.2 || groups[1].Options.LR != 1 {
		t.Errorf("rates %v and %v, want 0.2 and 1", groups[0].Options.LR, groups[1].Options.LR)
	}
	groups[0].Options.LR, groups[0].Params[0] = 9, b // a copy
	a.SetGrad(tensor.Ones(1))
	b.SetGrad(tensor.Ones(1))
	opt.Step()
	if x, y := float32(a.Value().Item()), float32(b.Value().Item()); x != -0.2 || y != -1 {
		t.Errorf("weights %v and %v after a step of -0.2 and -1", x, y)
	}
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		wantMisuse(t, "SGD.SetLR: the learning rate is", func() { opt.SetLR(bad) })
	}
}

// TestThreads: the elements of all parameters are split over the threads, large ones and
// several small ones, with the same bits for any number of threads and as if each
// parameter had an optimizer of its own.
func TestThreads(t *testing.T) {
	defer pool.SetThreads(pool.Threads())
	sizes := []int{100_003, 0, 1, 63, 64, 65, 40_000, 7, 20_001}
	random := rand.New(rand.NewPCG(1, 2))
	for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64} {
		var start []*tensor.Tensor
		var gradients [2][]*tensor.Tensor
		for _, n := range sizes {
			start = append(start, tensor.Randn(random, n).To(dtype))
			for k := range gradients {
				gradients[k] = append(gradients[k], tensor.Randn(random, n).To(dtype))
			}
		}
		want := map[string][][]float64{}
		for _, threads := range []int{0, 1, 2, 3} { // 0: one thread, and optimizers of their own
			pool.SetThreads(max(threads, 1))
			var params []*nn.Param
			for _, w := range start {
				params = append(params, nn.NewParamOf(w.Clone()))
			}
			optimizers := []map[string]optim.Optimizer{everyOptimizer(params)}
			if threads == 0 {
				optimizers = nil
				for _, p := range params {
					optimizers = append(optimizers, everyOptimizer([]*nn.Param{p}))
				}
			}
			for name := range optimizers[0] {
				for i, p := range params {
					p.Value().CopyFrom(start[i])
				}
				for k := range gradients {
					for i, p := range params {
						p.SetGrad(gradients[k][i])
					}
					for _, o := range optimizers {
						o[name].Step()
					}
				}
				for i, p := range params {
					got := floats(p.Value())
					switch {
					case threads == 0:
						want[name] = append(want[name], got)
					case !slices.Equal(got, want[name][i]):
						t.Errorf("%s of %v: other weights of parameter %d with %d threads", name, dtype, i, threads)
					}
				}
			}
		}
	}
}

// fixed gives a parameter the memory of w.
type fixed struct{ w *tensor.Tensor }

func (f fixed) Draw(*rand.Rand, ...int) *tensor.Tensor { return f.w }
func (fixed) String() string                           { return "fixed" }

// TestSharedMemory: parameters that are one in memory, or whose gradient is another's
// weights, are updated one after the other, as on one thread; views that lie apart keep
// apart.
func TestSharedMemory(t *testing.T) {
	defer pool.SetThreads(pool.Threads())
	const n = 40_000
	random := rand.New(rand.NewPCG(3, 4))
	start, gradient := tensor.Randn(random, 2*n), tensor.Randn(random, n)
	for what, build := range map[string]func(all *tensor.Tensor) (a, b fixed, gradient *tensor.Tensor){
		"one tensor": func(all *tensor.Tensor) (a, b fixed, g *tensor.Tensor) {
			w := all.Slice(0, 0, n, 1)
			return fixed{w}, fixed{w}, gradient
		},
		"views of one": func(all *tensor.Tensor) (a, b fixed, g *tensor.Tensor) {
			return fixed{all.Slice(0, 0, n, 1)}, fixed{all.Slice(0, n, 2*n, 1)}, gradient
		},
		"columns of one": func(all *tensor.Tensor) (a, b fixed, g *tensor.Tensor) {
			return fixed{all.Slice(0, 0, 2*n, 2)}, fixed{all.Slice(0, 1, 2*n, 2)}, gradient
		},
		"weights as gradient": func(all *tensor.Tensor) (a, b fixed, g *tensor.Tensor) {
			return fixed{all.Slice(0, 0, n, 1)}, fixed{all.Slice(0, n, 2*n, 1).Clone()}, all.Slice(0, 0, n, 1)
		},
	} {
		want := map[string][]float64{}
		for _, threads := range []int{1, 2, 3} {
			pool.SetThreads(threads)
			for name := range everyOptimizer([]*nn.Param{nn.NewParamOf(tensor.Ones(1))}) {
				all := start.Clone()
				first, second, g := build(all)
				a, b := nn.NewParam(first, n), nn.NewParam(second, n)
				opt := everyOptimizer([]*nn.Param{a, b})[name]
				for range 3 {
					a.SetGrad(gradient)
					b.SetGrad(g)
					opt.Step()
				}
				got := append(floats(a.Value()), floats(b.Value())...)
				switch {
				case threads == 1:
					want[name] = got
				case !slices.Equal(got, want[name]):
					t.Errorf("%s, %s: other weights with %d threads", what, name, threads)
				}
			}
		}
	}
}

// TestStepAllocates: a step allocates nothing, however many parameters there are.
func TestStepAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	defer pool.SetThreads(pool.Threads())
	pool.SetThreads(2)
	params := []*nn.Param{nn.NewParamOf(tensor.Ones(3, 4)), nn.NewParamOf(tensor.Ones(5)), nn.NewParamOf(tensor.Ones(200_000))}
	for _, p := range params {
		p.SetGrad(tensor.Ones(p.Shape()...))
	}
	for name, opt := range everyOptimizer(params) {
		opt.Step()
		if n := testing.AllocsPerRun(20, opt.Step); n != 0 {
			t.Errorf("%s allocates %v times a step", name, n)
		}
	}
}

// TestUpdateIsNoticed: a graph that saved the weights sees that a step changed them.
func TestUpdateIsNoticed(t *testing.T) {
	p := nn.NewParamOf(tensor.Ones(2))
	for name, opt := range everyOptimizer([]*nn.Param{p}) {
		pass := nn.Training(1)
		w := pass.Use(p)
		loss := w.Mul(w).Sum()
		p.SetGrad(tensor.Ones(2))
		opt.Step()
		func() {
			defer func() {
				if err, ok := recover().(*tensor.GraphError); !ok || !strings.Contains(err.Error(), "changed in place") {
					t.Errorf("%s: Backward after Step panics with %v", name, err)
				}
			}()
			loss.Backward()
		}()
	}
}

func TestOptimizerMisuse(t *testing.T) {
	p := nn.NewParamOf(tensor.Zeros(2))
	params := []*nn.Param{p}
	sgd := func(o optim.SGDOptions) func() { return func() { optim.NewSGD(params, o) } }
	adam := func(f func(o *optim.AdamOptions)) func() {
		o := optim.DefaultAdam()
		f(&o)
		return func() { optim.NewAdam(params, o) }
	}
	for _, test := range []struct {
		want string
		f    func()
	}{
		{"NewSGD: LR is 0", sgd(optim.SGDOptions{})},
		{"LR is NaN", sgd(optim.SGDOptions{LR: math.NaN()})},
		{"Momentum is -1", sgd(optim.SGDOptions{LR: 1, Momentum: -1})},
		{"WeightDecay is -1", sgd(optim.SGDOptions{LR: 1, WeightDecay: -1})},
		{"Nesterov wants", sgd(optim.SGDOptions{LR: 1, Nesterov: true})},
		{"Nesterov wants", sgd(optim.SGDOptions{LR: 1, Nesterov: true, Momentum: 0.9, Dampening: 0.1})},
		{"NewAdam: Eps is 0; a number above 0 is wanted; optim.DefaultAdam()", adam(func(o *optim.AdamOptions) { o.Eps = 0 })},
		{"Beta2 is 0; a number between 0 and 1 is wanted; optim.DefaultAdam()", adam(func(o *optim.AdamOptions) { o.Beta2 = 0 })},
		{"Beta2 is 1;", adam(func(o *optim.AdamOptions) { o.Beta2 = 1 })},
		{"Beta1 is 1;", adam(func(o *optim.AdamOptions) { o.Beta1 = 1 })},
		{"NewAdamW: Beta2 is 0; a number between 0 and 1 is wanted; optim.DefaultAdamW()",
			func() { optim.NewAdamW(params, optim.AdamWOptions{LR: 1, Eps: 1}) }},
		{"Alpha is 0; a number between 0 and 1 is wanted; optim.DefaultRMSprop()",
			func() { optim.NewRMSprop(params, optim.RMSpropOptions{LR: 1, Eps: 1}) }},
		{"Eps is 0; a number above 0 is wanted; optim.DefaultAdagrad()",
			func() { optim.NewAdagrad(params, optim.AdagradOptions{LR: 1}) }},
		{"Rho is 0; a number between 0 and 1 is wanted; optim.DefaultAdadelta()",
			func() { optim.NewAdadelta(params, optim.AdadeltaOptions{LR: 1, Eps: 1}) }},
		{"NewSGD: there are no parameters", func() { optim.NewSGD(nil, optim.DefaultSGD()) }},
		{"parameter 1 of group 0 is nil", func() { optim.NewSGD([]*nn.Param{p, nil}, optim.DefaultSGD()) }},
		{"parameter 1 of group 0, of shape [2], is already in group 0", func() { optim.NewSGD([]*nn.Param{p, p}, optim.DefaultSGD()) }},
		{"NewAdamGroups: parameter 0 of group 1, of shape [2], is already in group 0", func() {
			g := optim.Group[optim.AdamOptions]{Params: params, Options: optim.DefaultAdam()}
			optim.NewAdamGroups([]optim.Group[optim.AdamOptions]{g, g})
		}},
	} {
		wantMisuse(t, test.want, test.f)
	}
}

// TestOtherType: a model converted under its optimizer's hands is refused, unchanged.
func TestOtherType(t *testing.T) {
	p := nn.NewParamOf(tensor.Ones(2))
	opt := optim.NewAdam([]*nn.Param{p}, optim.DefaultAdam())
	p.SetGrad(tensor.Ones(2))
	opt.Step()
	nn.To(struct{ P *nn.Param }{p}, tensor.Float64)
	before := floats(p.Value())
	p.SetGrad(tensor.OnesOf(tensor.Float64, 2))
	func() {
		defer func() {
			var e *tensor.DTypeError
			if err, _ := recover().(error); !errors.As(err, &e) || !strings.Contains(e.Error(), "make the optimizer anew") {
				t.Errorf("panic with %v, want a *tensor.DTypeError", err)
			}
		}()
		opt.Step()
	}()
	if !slices.Equal(floats(p.Value()), before) {
		t.Error("a refused step changed the weights")
	}
}

// TestOptionsJSON: options come back from JSON, under PyTorch's names.
func TestOptionsJSON(t *testing.T) {
	b, err := json.Marshal(optim.DefaultAdamW())
	const want = `{"lr":0.001,"beta1":0.9,"beta2":0.999,"eps":1e-8,"weight_decay":0.01,"amsgrad":false,"maximize":false}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
	var back optim.AdamWOptions
	if err := json.Unmarshal(b, &back); err != nil || back != optim.DefaultAdamW() {
		t.Errorf("%+v, %v after a round trip", back, err)
	}
}

// TestOptimizersJSON: every optimizer, and a schedule with state, lists its settings.
func TestOptimizersJSON(t *testing.T) {
	params := []*nn.Param{nn.NewParamOf(tensor.Zeros(1)), nn.NewParamOf(tensor.Zeros(2))}
	for name, opt := range everyOptimizer(params) {
		opt.SetLR(0.25)
		b, err := json.Marshal(opt)
		if err != nil || !strings.HasPrefix(string(b), `[{"parameters":2,"options":{"lr":0.25,`) {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
	b, err := json.Marshal(optim.NewReduceOnPlateau(0.25, optim.DefaultReduceOnPlateau()))
	if err != nil || !strings.HasPrefix(string(b), `{"mode":"min","factor":0.1,"patience":10,`) {
		t.Errorf("ReduceOnPlateau: %s, %v", b, err)
	}
}

func BenchmarkStep(b *testing.B) {
	for _, n := range []int{64, 1 << 20} {
		var params []*nn.Param
		for range 8 {
			p := nn.NewParamOf(tensor.Ones(n))
			p.SetGrad(tensor.Ones(n))
			params = append(params, p)
		}
		for name, opt := range everyOptimizer(params) {
			b.Run(fmt.Sprintf("%s/8x%d", name, n), func(b *testing.B) {
				opt.Step()
				b.ReportAllocs()
				for b.Loop() {
					opt.Step()
				}
			})
		}
	}
}
