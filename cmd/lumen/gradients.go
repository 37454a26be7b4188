package main

import (
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
)

type gradientsCommand struct {
	Depth      int      `default:"10" placeholder:"N" help:"Hidden layers; a linear layer to the 10 classes follows. Default 10."`
	Width      int      `default:"100" placeholder:"N" help:"Units of a hidden layer; default 100."`
	Activation []string `default:"sigmoid,tanh,relu" placeholder:"NAME,..." help:"${activations}; default sigmoid,tanh,relu."`
	Init       []string `default:"default" placeholder:"NAME,..." help:"First weights: default (PyTorch's), xavier, kaiming; default default."`
	Gain       float64  `default:"1" placeholder:"X" help:"Multiply the first weights, to see gradients explode; default 1."`
	Batch      int      `default:"64" placeholder:"N" help:"Images; default 64."`
	Seed       uint64   `default:"1" help:"Of the weights and the order of the images; default 1."`
	Train      int      `placeholder:"N" help:"Train for N steps of SGD, and look again on the way."`
	LR         float64  `name:"lr" default:"0.05" placeholder:"X" help:"Learning rate of --train; default 0.05."`
	Momentum   float64  `default:"0.9" placeholder:"X" help:"Momentum of --train; default 0.9."`
	Swap       []string `placeholder:"NAME@STEP" help:"With --train: another activation from that step on, with the weights as they are."`
	Diagnose   bool     `help:"With --train: say what keeps it from learning, and when that is over."`
	Plot       string   `placeholder:"FILE" help:"Write the curves as FILE.png and FILE.svg; with --train also FILE-steps."`
	Export     string   `placeholder:"FILE" help:"Write weights, batch and gradients as safetensors; of several settings each into FILE-ACTIVATION-INIT."`
	JSON       bool     `name:"json" help:"Print a line of JSON for each setting and step."`
	machine
}

func (gradientsCommand) Help() string {
	return `What happens to the gradient on its way back through a deep network: the mean |dL/dW| of every layer, on real
digits, before any training, and each layer's part in it taken apart into the activation's derivative and the
weights.

Examples:

  lumen gradients
  lumen gradients --depth 20 --activation sigmoid,relu --init default,kaiming --plot curves
  lumen gradients --activation sigmoid --train 400 --swap relu@200
  lumen gradients --activation sigmoid --init xavier --train 1200 --lr 0.02 --swap tanh@200 --diagnose
  lumen gradients --activation tanh --gain 3
  lumen gradients --activation relu --init kaiming --export check.safetensors`
}

// chainActivation is an activation that --activation may name.
type chainActivation struct {
	name  string
	apply func(*tensor.Tensor) *tensor.Tensor
	bound float64 // the greatest derivative there is, 0 where theory has nothing to say
}

var chainActivations = []chainActivation{
	{"sigmoid", (*tensor.Tensor).Sigmoid, 0.25},
	{"tanh", (*tensor.Tensor).Tanh, 1},
	{"relu", (*tensor.Tensor).ReLU, 1},
	{"leaky_relu", func(t *tensor.Tensor) *tensor.Tensor { return t.LeakyReLU(0.01) }, 1},
	{"elu", func(t *tensor.Tensor) *tensor.Tensor { return t.ELU(1) }, 1},
	{"gelu", (*tensor.Tensor).GELU, 0},
	{"silu", (*tensor.Tensor).SiLU, 0},
}

func chainActivationNames() string {
	var names []string
	for _, a := range chainActivations {
		names = append(names, a.name)
	}
	return strings.Join(names, ", ")
}

func findChainActivation(name string) (chainActivation, error) {
	for _, a := range chainActivations {
		if a.name == name {
			return a, nil
		}
	}
	return chainActivation{}, usagef("there is no activation %q; known are %s", name, chainActivationNames())
}

// chainInits draw the first weights; nil leaves PyTorch's. With the others biases are 0.
var chainInits = map[string]nn.Initializer{
	"default": nil,
	"xavier":  nn.XavierUniform{},
	"kaiming": nn.KaimingNormal{Nonlinearity: "relu"},
}

// swap is another activation from a step on.
type swap struct {
	activation chainActivation
	step       int
}

func (c *gradientsCommand) swaps() ([]swap, error) {
	var all []swap
	for _, s := range c.Swap {
		name, at, ok := strings.Cut(s, "@")
		step, err := strconv.Atoi(at)
		if !ok || err != nil || step < 1 || step > c.Train {
			return nil, usagef("--swap %s: an activation and a step of --train are wanted, as in relu@%d", s, max(c.Train/2, 1))
		}
		a, err := findChainActivation(name)
		if err != nil {
			return nil, err
		}
		all = append(all, swap{a, step})
	}
	slices.SortStableFunc(all, func(a, b swap) int { return a.step - b.step })
	return all, nil
}

func (c *gradientsCommand) check() error {
	switch {
	case c.Depth < 1 || c.Depth > 1000 || c.Width < 1 || c.Width > 10000:
		return usagef("--depth %d --width %d: 1 to 1000 layers of 1 to 10000 units are wanted", c.Depth, c.Width)
	case c.Batch < 1 || c.Batch > 60000:
		return usagef("--batch %d: 1 to 60000 images are wanted", c.Batch)
	case c.Train < 0 || c.Train > 1e6:
		return usagef("--train %d: up to 1000000 steps are wanted", c.Train)
	case !(c.LR > 0) || math.IsInf(c.LR, 0) || !(c.Momentum >= 0 && c.Momentum < 1):
		return usagef("--lr %g --momentum %g: a rate above 0 and a momentum from 0 to below 1 are wanted", c.LR, c.Momentum)
	case c.Diagnose && c.Train == 0:
		return usagef("--diagnose looks at training: give --train N too")
	case !(c.Gain > 0) || math.IsInf(c.Gain, 0):
		return usagef("--gain %g: a factor above 0 is wanted", c.Gain)
	}
	for _, name := range c.Init {
		if _, ok := chainInits[name]; !ok {
			return usagef("there is no initialisation %q; known are default, xavier and kaiming", name)
		}
	}
	return nil
}

// setting is one network of the comparison and what was seen of it.
type setting struct {
	activation chainActivation
	init       string
	looks      []look
}

// look is what was seen at a step; step 0 is before any training.
type look struct {
	step       int
	activation chainActivation
	loss       float64
	accuracy   float64 // on the test images; of --train
	links      []probe.Link
}

func (s setting) name() string { return s.activation.name + ", " + s.init }

func (c *gradientsCommand) Run(t terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	swaps, err := c.swaps()
	if err != nil {
		return err
	}
	var settings []setting
	for _, name := range c.Activation {
		a, err := findChainActivation(name)
		if err != nil {
			return err
		}
		for _, init := range c.Init {
			settings = append(settings, setting{activation: a, init: init})
		}
	}
	if err := c.apply(); err != nil {
		return err
	}
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		return err
	}
	test, err := datasets.MNIST(datasets.Test)
	if err != nil {
		return err
	}
	for i := range settings {
		s := &settings[i]
		if err := c.look(t, set, test, s, swaps, len(settings) > 1); err != nil {
			return err
		}
		if !c.JSON {
			if err := printSetting(t.out, *s, i > 0); err != nil {
				return err
			}
		}
	}
	if !c.JSON {
		if err := printAnswers(t.out, settings); err != nil {
			return err
		}
	}
	if c.Plot == "" {
		return nil
	}
	return c.plots(t, settings)
}

// network is the chain with its first weights.
func (c *gradientsCommand) network(s *setting) *probe.Chain {
	chain := &probe.Chain{Activation: s.activation.apply}
	in := 28 * 28
	for range c.Depth {
		chain.Layers = append(chain.Layers, nn.NewLinear(in, c.Width))
		in = c.Width
	}
	chain.Layers = append(chain.Layers, nn.NewLinear(in, 10))
	nn.Init(chain.Layers, c.Seed)
	rng := data.Stream(c.Seed, 0, 0)
	for _, l := range chain.Layers {
		if draw := chainInits[s.init]; draw != nil {
			l.Weight.Value().CopyFrom(draw.Draw(rng, l.Weight.Value().Shape()...))
			l.Bias.Value().CopyFrom(tensor.ZerosLike(l.Bias.Value()))
		}
		if c.Gain != 1 {
			l.Weight.Value().CopyFrom(l.Weight.Value().MulScalar(c.Gain))
		}
	}
	return chain
}

// look looks at one setting before training, and with --train on the way.
func (c *gradientsCommand) look(t terminal, set, test *datasets.Set, s *setting, swaps []swap, several bool) error {
	chain := c.network(s)
	params := nn.Parameters(chain.Layers)
	o := optim.DefaultSGD()
	o.LR, o.Momentum = c.LR, c.Momentum
	opt := optim.NewSGD(params, o)
	pass, aside := nn.Training(c.Seed), nn.Training(c.Seed) // looks are taken aside: who listens to the other hears training only
	loader := data.NewLoader(set, data.LoaderOptions{BatchSize: c.Batch, Shuffle: true, Seed: c.Seed})
	every := max(1, c.Train/20)
	active, step := s.activation, 0
	live := isTerminal(t.errors) && c.Train > 0
	if live {
		defer fmt.Fprint(t.errors, "\r\x1b[K")
	}
	if c.Diagnose {
		defer c.diagnose(t, *s, pass, chain, opt, live)()
	}
	for {
		for batch, err := range loader.Batches(t.ctx) {
			if err != nil {
				return err
			}
			for len(swaps) > 0 && swaps[0].step == step {
				active, swaps = swaps[0].activation, swaps[1:]
				chain.Activation = active.apply
			}
			x, y := batch.X.Reshape(-1, 28*28), batch.Y
			loss := func(pred *tensor.Tensor) *tensor.Tensor { return nn.CrossEntropy(pred, y) }
			if step%every == 0 || step == c.Train {
				opt.ZeroGrad()
				value, links := probe.Autopsy(aside, chain, x, loss)
				l := look{step: step, activation: active, loss: value, links: links}
				if c.Train > 0 {
					if l.accuracy, err = accuracyOf(t, chain, test); err != nil {
						return err
					}
				}
				s.looks = append(s.looks, l)
				if c.JSON {
					if err := printLook(t.out, *s, l, c.Seed, c.Train > 0); err != nil {
						return err
					}
				}
				if step == 0 && c.Export != "" {
					if err := c.export(chain, x, y, *s, several); err != nil {
						return err
					}
				}
			}
			if step == c.Train {
				return nil
			}
			opt.ZeroGrad()
			loss(chain.Forward(pass, x)).Backward()
			opt.Step()
			step++
			if live && step%every == 0 {
				fmt.Fprintf(t.errors, "\r\x1b[K%s: step %d of %d, loss %s", s.name(), step, c.Train, train.Figure(s.looks[len(s.looks)-1].loss))
			}
		}
	}
}

// accuracyOf is the share of the test images that the network is right about.
func accuracyOf(t terminal, chain *probe.Chain, test *datasets.Set) (float64, error) {
	accuracy := metrics.Accuracy()
	pass := nn.Inference()
	for batch, err := range data.NewLoader(test, data.LoaderOptions{BatchSize: 1000}).Batches(t.ctx) {
		if err != nil {
			return 0, err
		}
		pass.Reset()
		accuracy.Update(chain.Forward(pass, batch.X.Reshape(-1, 28*28)), batch.Y)
	}
	return accuracy.Value(), nil
}

// layers gives a chain's layers the names that --export has.
type layers struct{ chain *probe.Chain }

// Children are the layers, from the input on.
func (l layers) Children() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, layer := range l.chain.Layers {
			if !yield(fmt.Sprintf("layer%d", i+1), layer) {
				return
			}
		}
	}
}

// diagnose watches a setting's training; stop ends that with a summary.
func (c *gradientsCommand) diagnose(t terminal, s setting, pass *nn.Pass, chain *probe.Chain, opt optim.Optimizer, live bool) (stop func()) {
	out := t.errors
	if file, ok := out.(*os.File); ok && live {
		out = overLine{file}
	}
	fmt.Fprintf(out, "%s:\n", s.name())
	return diag.Watch(pass, layers{chain}, opt, diag.Options{Out: out, OnFinding: func(f diag.Finding) {
		if c.JSON {
			fmt.Fprintf(t.out, "%s\n", train.JSON(train.Message{Name: "finding", Data: f}))
		}
	}})
}

// overLine writes in the place of the present line of a terminal.
type overLine struct{ file *os.File }

func (o overLine) Fd() uintptr { return o.file.Fd() }

func (o overLine) Write(b []byte) (int, error) {
	if _, err := o.file.WriteString("\r\x1b[K"); err != nil {
		return 0, err
	}
	return o.file.Write(b)
}

// export writes what another library needs to repeat the figures.
func (c *gradientsCommand) export(chain *probe.Chain, x, y *tensor.Tensor, s setting, several bool) error {
	file := map[string]*tensor.Tensor{"x": x, "y": y}
	for i, l := range chain.Layers {
		name := fmt.Sprintf("layer%d", i+1)
		file[name+".weight"], file[name+".bias"], file[name+".weight.grad"] = l.Weight.Value(), l.Bias.Value(), l.Weight.Grad()
	}
	path := c.Export
	if several {
		ext := filepath.Ext(path)
		path = strings.TrimSuffix(path, ext) + "-" + s.activation.name + "-" + s.init + ext
	}
	return safetensors.Save(path, file)
}
