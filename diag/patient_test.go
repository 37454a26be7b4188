package diag_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// patient is a training that is watched.
type patient struct {
	net      nn.Module
	batch    func(step int) (x, y *tensor.Tensor) // steps count from 1
	loss     nn.Loss                              // default cross-entropy
	lr       float64                              // of SGD with momentum; default 0.02
	opt      optim.Optimizer                      // in its place
	steps    int
	before   func(step int, opt optim.Optimizer) // default nothing
	validate func() float64
	every    int // steps between evaluations
	options  diag.Options
}

// examine trains the patient and returns what was told.
func (q patient) examine() []diag.Finding {
	if q.loss == nil {
		q.loss = nn.CrossEntropy
	}
	if q.opt == nil {
		o := optim.DefaultSGD()
		o.LR, o.Momentum = 0.02, 0.9
		if q.lr > 0 {
			o.LR = q.lr
		}
		q.opt = optim.NewSGD(nn.Parameters(q.net), o)
	}
	var told []diag.Finding
	o := q.options
	o.OnFinding = func(f diag.Finding) { told = append(told, f) }
	o.Validate, o.ValidateEvery = q.validate, q.every
	p := nn.Training(1)
	defer diag.Watch(p, q.net, q.opt, o)()
	for step := 1; step <= q.steps; step++ {
		if q.before != nil {
			q.before(step, q.opt)
		}
		x, y := q.batch(step)
		loss := q.loss(q.net.Forward(p, x), y)
		q.opt.ZeroGrad()
		loss.Backward()
		q.opt.Step()
	}
	return told
}

// find returns the first finding of a rule in a phase.
func find(told []diag.Finding, rule string, phase diag.Phase) (diag.Finding, bool) {
	i := slices.IndexFunc(told, func(f diag.Finding) bool { return f.Rule == rule && f.Phase == phase })
	if i < 0 {
		return diag.Finding{}, false
	}
	return told[i], true
}

// alarms are the warnings and errors among findings, in short.
func alarms(told []diag.Finding) string {
	var all []string
	for _, f := range told {
		if f.Severity > diag.Info {
			all = append(all, fmt.Sprintf("step %d %s %s %s %q %s = %.4g", f.Step, f.Phase, f.Severity, f.Rule, f.Layer, f.Formula, f.Value))
		}
	}
	return strings.Join(all, "\n")
}

// clouds is a task of Gaussian clouds in many dimensions, one a class: easy, and never twice the same batch.
type clouds struct {
	centres *tensor.Tensor
	rng     *rand.Rand
	classes int
	inputs  int
	n       int
}

func newClouds(seed uint64) *clouds {
	c := &clouds{rng: rand.New(rand.NewPCG(seed, 77)), classes: 10, inputs: 20, n: 32}
	c.centres = tensor.Randn(c.rng, c.classes, c.inputs)
	return c
}

// batch draws examples; its columns have mean 0 and standard deviation 1.
func (c *clouds) batch(int) (x, y *tensor.Tensor) { return c.some(c.n) }

func (c *clouds) some(n int) (x, y *tensor.Tensor) {
	y = tensor.RandInt(c.rng, 0, c.classes, n)
	x = c.centres.IndexSelect(0, y).Add(tensor.Randn(c.rng, n, c.inputs).MulScalar(0.6)).MulScalar(0.85)
	return x, y
}

// initialised draws weights as PyTorch does, or with Kaiming's and a gain.
func initialised(net nn.Module, seed uint64) nn.Module {
	nn.Init(net, seed)
	return net
}

func kaiming(net *nn.Sequential, seed uint64, gain float64) nn.Module {
	rng := rand.New(rand.NewPCG(seed, 5))
	params := nn.Parameters(net)
	for i, q := range params {
		factor := gain
		if i == len(params)-2 { // the last layer is to be sure of nothing
			factor = 0.1
		}
		if len(q.Shape()) > 1 {
			q.Value().CopyFrom(nn.KaimingNormal{Nonlinearity: "relu"}.Draw(rng, q.Shape()...).MulScalar(factor))
		} else {
			q.Value().CopyFrom(tensor.Zeros(q.Shape()...))
		}
	}
	return net
}

// deep is a chain of hidden layers of 32 units and a last one.
func deep(depth, inputs, classes int, activation func() nn.Module) *nn.Sequential {
	net := nn.NewSequential()
	in := inputs
	for range depth {
		net.Modules = append(net.Modules, nn.NewLinear(in, 32), activation())
		in = 32
	}
	net.Modules = append(net.Modules, nn.NewLinear(in, classes))
	return net
}

func relu() nn.Module    { return nn.NewReLU() }
func tanh() nn.Module    { return nn.NewTanh() }
func sigmoid() nn.Module { return nn.NewSigmoid() }

// applied is a module of a function, which uses no layer.
type applied struct {
	Inner nn.Module
	then  func(*tensor.Tensor) *tensor.Tensor
}

func (a *applied) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return a.then(a.Inner.Forward(p, x))
}

// pair is a rule's test: a network with the illness at three strengths, and its healthy twin.
type pair struct {
	rule    string
	ill     [3]float64
	healthy float64
	patient func(strength float64, seed uint64) patient
	layer   string // that the finding names; "*" any
	within  int    // steps
}

var pairs = []pair{
	{"vanishing gradient", [3]float64{8, 10, 20}, 0, func(depth float64, seed uint64) patient {
		c := newClouds(seed)
		if depth == 0 {
			return patient{net: kaiming(deep(10, c.inputs, c.classes, relu), seed, 1), batch: c.batch, lr: 0.005, steps: 200}
		}
		return patient{net: initialised(deep(int(depth), c.inputs, c.classes, sigmoid), seed), batch: c.batch, steps: 200}
	}, "0", 200},
	{"exploding gradient", [3]float64{3, 5, 10}, 1, func(gain float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: kaiming(deep(8, c.inputs, c.classes, relu), seed, gain), batch: c.batch, lr: 0.005, steps: 100}
	}, "*", 10},
	{"non-finite", [3]float64{0, 1, 2}, -1, func(kind float64, seed uint64) patient {
		c := newClouds(seed)
		q := patient{batch: c.batch, steps: 60}
		inner := deep(1, c.inputs, c.classes, relu)
		net := &applied{Inner: inner}
		q.net = net
		switch kind {
		case 0: // log of 0 and of numbers below
			net.then = func(x *tensor.Tensor) *tensor.Tensor { return x.Log() }
		case 1: // only the derivative is infinite
			net.then = func(x *tensor.Tensor) *tensor.Tensor { return x.ReLU().Sqrt() }
		case 2: // the batch itself
			net.then = func(x *tensor.Tensor) *tensor.Tensor { return x }
			q.batch = func(step int) (x, y *tensor.Tensor) {
				x, y = c.batch(step)
				if step == 17 {
					x = x.MaskedFill(x.GtScalar(2), math.NaN())
				}
				return x, y
			}
		default:
			net.then = func(x *tensor.Tensor) *tensor.Tensor { return x.ReLU().AddScalar(0.1).Sqrt().AddScalar(1).Log() }
		}
		initialised(net, seed)
		return q
	}, "*", 20},
	{"dead units", [3]float64{-10, -30, -100}, 0, func(bias float64, seed uint64) patient {
		c := newClouds(seed)
		net := initialised(deep(3, c.inputs, c.classes, relu), seed)
		for name, q := range nn.Named(net) {
			if name == "2.bias" && bias != 0 {
				q.Value().CopyFrom(tensor.Full(bias, 32))
			}
		}
		return patient{net: net, batch: c.batch, steps: 100}
	}, "3", 60},
	{"saturation", [3]float64{10, 30, 100}, 1, func(gain float64, seed uint64) patient {
		c := newClouds(seed)
		net := initialised(deep(2, c.inputs, c.classes, tanh), seed)
		for name, q := range nn.Named(net) {
			if name == "0.weight" {
				q.Value().CopyFrom(q.Value().MulScalar(gain))
			}
		}
		return patient{net: net, batch: c.batch, steps: 100}
	}, "1", 60},
	{"initialisation", [3]float64{10, 30, 100}, 1, func(gain float64, seed uint64) patient {
		c := newClouds(seed)
		net := initialised(deep(2, c.inputs, c.classes, relu), seed)
		for name, q := range nn.Named(net) {
			if name == "4.weight" {
				q.Value().CopyFrom(q.Value().MulScalar(gain))
			}
		}
		return patient{net: net, batch: c.batch, lr: 0.001, steps: 60}
	}, "", 1},
	{"update ratio", [3]float64{10, 20, 40}, 0, func(decay float64, seed uint64) patient {
		c := newClouds(seed) // the penalty takes away a good part of the weights in every step, the gradient gives it back
		net := initialised(deep(1, c.inputs, c.classes, relu), seed)
		o := optim.DefaultSGD()
		o.LR, o.WeightDecay = 0.02, decay
		return patient{net: net, batch: c.batch, opt: optim.NewSGD(nn.Parameters(net), o), steps: 100}
	}, "*", 60},
	{"update ratio", [3]float64{1e-6, 1e-7, 1e-8}, 0.02, func(lr float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(2, c.inputs, c.classes, relu), seed), batch: c.batch, lr: lr, steps: 100}
	}, "*", 60},
	{"learning rate", [3]float64{3, 10, 100}, 0.02, func(lr float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(2, c.inputs, c.classes, relu), seed), batch: c.batch, lr: lr, steps: 200}
	}, "", 100},
	{"learning rate", [3]float64{1e-5, 1e-6, 1e-7}, 0.02, func(lr float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(2, c.inputs, c.classes, relu), seed), batch: c.batch, lr: lr, steps: 420}
	}, "", 420},
	{"loss diverging", [3]float64{100, 300, 1000}, 1, func(factor float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(2, c.inputs, c.classes, relu), seed), batch: c.batch, steps: 250, before: func(step int, opt optim.Optimizer) {
			if step == 150 {
				opt.SetLR(opt.LR() * factor)
			}
		}}
	}, "", 220},
	{"loss not decreasing", [3]float64{1e-6, 1e-8, 1e-10}, 0.02, func(lr float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(2, c.inputs, c.classes, relu), seed), batch: c.batch, lr: lr, steps: 320}
	}, "", 320},
	{"plateau", [3]float64{1e-6, 1e-8, 1e-10}, 0.02, func(lr float64, seed uint64) patient {
		c := newClouds(seed)
		net := initialised(deep(2, c.inputs, c.classes, relu), seed)
		x, y := c.some(200)
		return patient{net: net, batch: c.batch, lr: lr, steps: 320, every: 20, validate: func() float64 { return nn.CrossEntropy(nn.Predict(net, x), y).Item() }}
	}, "", 320},
	{"overfitting", [3]float64{48, 96, 192}, 0, func(examples float64, seed uint64) patient {
		c := newClouds(seed)
		net := initialised(deep(2, c.inputs, c.classes, relu), seed)
		x, y := c.some(200)
		q := patient{net: net, batch: c.batch, steps: 500, every: 25, validate: func() float64 { return nn.CrossEntropy(nn.Predict(net, x), y).Item() }}
		if n := int(examples); n > 0 { // the same few examples again and again, with labels that mean nothing
			few, _ := c.some(n)
			labels := tensor.RandInt(c.rng, 0, c.classes, n)
			o := optim.DefaultAdam()
			o.LR = 0.005
			q.opt = optim.NewAdam(nn.Parameters(net), o)
			q.batch = func(step int) (x, y *tensor.Tensor) {
				at := (step * c.n) % n
				return few.Slice(0, at, min(at+c.n, n), 1), labels.Slice(0, at, min(at+c.n, n), 1)
			}
		}
		return q
	}, "", 500},
	{"class imbalance", [3]float64{15, 40, 1e9}, 1, func(ratio float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(1, c.inputs, c.classes, relu), seed), steps: 250, batch: func(int) (x, y *tensor.Tensor) {
			y = tensor.RandInt(c.rng, 0, c.classes, c.n)
			tensor.Edit(y, func(labels []int64) {
				for i, l := range labels {
					if l == 3 && c.rng.Float64() > 1/ratio { // class 3 becomes rare, what is left of it class 4
						labels[i] = 4
					}
				}
			})
			return c.centres.IndexSelect(0, y).Add(tensor.Randn(c.rng, c.n, c.inputs).MulScalar(0.6)).MulScalar(0.85), y
		}}
	}, "", 250},
	{"unscaled input", [3]float64{20, 100, 255}, 1, func(scale float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(1, c.inputs, c.classes, relu), seed), lr: 0.001, steps: 60, batch: func(step int) (x, y *tensor.Tensor) {
			x, y = c.batch(step)
			return x.MulScalar(scale), y
		}}
	}, "", 1},
	{"constant input", [3]float64{1, 2, 5}, 0, func(columns float64, seed uint64) patient {
		c := newClouds(seed)
		return patient{net: initialised(deep(1, c.inputs, c.classes, relu), seed), steps: 80, options: diag.Options{Rules: withExamples(200)}, batch: func(step int) (x, y *tensor.Tensor) {
			x, y = c.batch(step)
			if columns > 0 {
				x = x.SetSlice(1, 3, 3+int(columns), 1, tensor.Full(0.5, c.n, int(columns)))
			}
			return x, y
		}}
	}, "", 80},
	{"unused parameter", [3]float64{1, 2, 3}, 0, func(kind float64, seed uint64) patient {
		c := newClouds(seed)
		net := deep(3, c.inputs, c.classes, relu)
		initialised(net, seed)
		q := patient{net: net, batch: c.batch, steps: 60}
		switch kind {
		case 1:
			nn.Freeze(net.Modules[2])
		case 2: // a branch that Forward does not use
			unused := &withUnused{Net: net, Spare: nn.NewLinear(4, 4)}
			nn.Init(unused.Spare, seed)
			q.net = unused
		case 3: // what comes of it is multiplied by 0
			l := net.Modules[2].(*nn.Linear)
			net.Modules[2] = &applied{Inner: l, then: func(x *tensor.Tensor) *tensor.Tensor { return x.MulScalar(0).AddScalar(0.5) }}
		}
		return q
	}, "*", 50},
}

// withUnused has a layer that Forward passes by.
type withUnused struct {
	Net   nn.Module
	Spare *nn.Linear
}

func (w *withUnused) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return w.Net.Forward(p, x) }

// withExamples are the default rules, with constant columns told after so many examples.
func withExamples(n int) []diag.Rule {
	rules := diag.DefaultRules()
	for i, r := range rules {
		if _, ok := r.(diag.ConstantInput); ok {
			rules[i] = diag.ConstantInput{Examples: n}
		}
	}
	return rules
}

// TestIll: each illness is found at three strengths, in time, with evidence and advice.
func TestIll(t *testing.T) {
	for _, p := range pairs {
		strengths := p.ill[:]
		if kinds := p.rule == "non-finite" || p.rule == "unused parameter"; testing.Short() && !kinds { // another strength takes the same path
			strengths = strengths[1:2]
		}
		for _, strength := range strengths {
			t.Run(fmt.Sprintf("%s %g", p.rule, strength), func(t *testing.T) {
				t.Parallel()
				told := p.patient(strength, 1).examine()
				f, ok := find(told, p.rule, diag.Opened)
				switch {
				case !ok:
					t.Fatalf("it was not found; alarms:\n%s", alarms(told))
				case f.Severity < diag.Warning:
					t.Errorf("it is only %s", f.Severity)
				case f.Step > p.within || f.Opened != f.Step:
					t.Errorf("found at step %d (opened %d), want %d at the latest", f.Step, f.Opened, p.within)
				case p.layer != "*" && f.Layer != p.layer:
					t.Errorf("it is in %q, want %q", f.Layer, p.layer)
				case len(f.Evidence) == 0 || f.Advice == "" || f.Message == "" || f.Formula == "":
					t.Errorf("something is missing: %+v", f)
				}
				if testing.Verbose() {
					t.Log("\n" + f.Text(false))
				}
			})
		}
	}
}

// TestHealthy: the healthy twins say nothing, of any rule, with any seed.
func TestHealthy(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() { // another seed takes the same path
		seeds = 1
	}
	for _, p := range pairs {
		t.Run(p.rule, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds {
				if said := alarms(p.patient(p.healthy, seed+1).examine()); said != "" {
					t.Errorf("seed %d:\n%s", seed+1, said)
				}
			}
		})
	}
}

// TestEveryRuleHasAPair: a new rule comes with its pair.
func TestEveryRuleHasAPair(t *testing.T) {
	for _, r := range diag.DefaultRules() {
		if !slices.ContainsFunc(pairs, func(p pair) bool { return p.rule == r.Name() }) {
			t.Errorf("%s has no pair of tests", r.Name())
		}
	}
}
