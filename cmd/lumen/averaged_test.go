package main

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// TestAveraged holds the mean over views to one made by hand, pixel by pixel.
func TestAveraged(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for name, c := range map[string]struct {
		net   nn.Module
		shape []int
		size  int // that the network takes
		views []view
	}{
		"MNIST": {models.NewConvNetJSMNIST(), []int{2, 1, 28, 28}, 24, fourCrops},
		"CIFAR": {models.NewConvNetJSCIFAR(), []int{2, 3, 32, 32}, 32, sixCopies},
	} {
		nn.Init(c.net, 1)
		size := c.size
		if size == c.shape[3] {
			size = 0
		}
		a := &averaged{c.net, size, c.views}
		x := tensor.Randn(rng, c.shape...)
		pixels := tensor.Data[float32](x)
		see := func(v view) *tensor.Tensor {
			channels, side := c.shape[1], c.shape[2]
			out := make([]float32, 2*channels*c.size*c.size)
			for i := range out {
				plane, y, x := i/(c.size*c.size), i/c.size%c.size, i%c.size
				if v.flip {
					x = c.size - 1 - x
				}
				y, x = y+(side-c.size)/2-v.dy, x+(side-c.size)/2-v.dx
				if y >= 0 && y < side && x >= 0 && x < side {
					out[i] = pixels[(plane*side+y)*side+x]
				}
			}
			return tensor.FromSlice(out, 2, channels, c.size, c.size)
		}
		want := make([]float64, 20)
		for _, v := range c.views {
			for i, p := range tensor.Data[float32](nn.Predict(c.net, see(v)).Softmax(1)) {
				want[i] += float64(p) / float64(len(c.views))
			}
		}
		for i, l := range tensor.Data[float32](nn.Predict(a, x)) {
			if math.Abs(math.Exp(float64(l))-want[i]) > 1e-6 {
				t.Errorf("%s: probability %d is %v, want %v", name, i, math.Exp(float64(l)), want[i])
			}
		}
		// in training the image itself, or its middle
		got := tensor.Data[float32](a.Forward(nn.Training(1), x))
		if plain := tensor.Data[float32](c.net.Forward(nn.Training(1), see(view{}))); !slices.Equal(got, plain) {
			t.Errorf("%s: training sees something else", name)
		}
		if got, want := slices.Sorted(maps.Keys(nn.State(a))), slices.Sorted(maps.Keys(nn.State(c.net))); !slices.Equal(got, want) {
			t.Errorf("%s: the state has %v, want %v", name, got, want)
		}
		if got, want := len(nn.Parameters(a)), len(nn.Parameters(c.net)); got != want {
			t.Errorf("%s: %d parameters, want %d", name, got, want)
		}
	}
}

// TestGroups: the penalty is on weights alone, and every parameter is in one group.
func TestGroups(t *testing.T) {
	net := models.NewCIFARResNet()
	nn.Init(net, 1)
	params := nn.Parameters(net)
	type settings struct{ decay float64 }
	for decay, want := range map[float64]int{0: 1, 0.5: 2} {
		all := 0
		gs := groups(params, settings{decay}, decay, func(s *settings) { s.decay = 0 })
		for k, g := range gs {
			all += len(g.Params)
			for _, p := range g.Params {
				if penalised := g.Options.decay > 0; decay > 0 && penalised != (len(p.Shape()) > 1) {
					t.Errorf("decay %g, group %d: a parameter of shape %v has a decay of %g", decay, k, p.Shape(), g.Options.decay)
				}
			}
		}
		if len(gs) != want || all != len(params) {
			t.Errorf("decay %g: %d groups with %d of %d parameters", decay, len(gs), all, len(params))
		}
	}
	for _, m := range optimizers { // all of them take both
		for _, decay := range []float64{0, 1e-4} {
			if o := m.make(params, m.rate, decay); o.LR() != m.rate {
				t.Errorf("%s: a rate of %v", m.name, o.LR())
			}
		}
	}
}
