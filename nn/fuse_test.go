package nn_test

import (
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// kinds are stacks of a layer and an activation, and others that look like them.
func kinds() map[string]struct {
	m     *nn.Sequential
	x     *tensor.Tensor
	names string // of the events
	fused int    // pairs of modules that are one operation
} {
	type c = struct {
		m     *nn.Sequential
		x     *tensor.Tensor
		names string
		fused int
	}
	return map[string]c{
		"linear relu":       {nn.NewSequential(nn.NewLinear(5, 7), nn.NewReLU(), nn.NewLinear(7, 3)), noise(1, 4, 5), "0 1 2", 1},
		"linear tanh":       {nn.NewSequential(nn.NewLinear(5, 17), nn.NewTanh(), nn.NewLinear(17, 3), nn.NewSigmoid()), noise(2, 9, 5), "0 1 2 3", 2},
		"convolutions":      {nn.NewSequential(nn.NewConv2d(2, 3, 3), nn.NewReLU(), nn.NewConv2d(3, 2, 3, nn.ConvOptions{Padding: 1}), nn.NewTanh()), noise(3, 2, 2, 7, 9), "0 1 2 3", 2},
		"conv1d":            {nn.NewSequential(nn.NewConv1d(2, 3, 3), nn.NewSigmoid()), noise(4, 2, 2, 9), "", 1},
		"batch norm 1d":     {nn.NewSequential(nn.NewLinear(5, 4), nn.NewBatchNorm1d(4), nn.NewTanh()), noise(11, 6, 5), "0 1 2", 1},
		"batch norm 2d":     {nn.NewSequential(nn.NewConv2d(2, 3, 3), nn.NewBatchNorm2d(3), nn.NewReLU()), noise(12, 2, 2, 7, 9), "0 1 2", 1},
		"two activations":   {nn.NewSequential(nn.NewLinear(5, 4), nn.NewReLU(), nn.NewTanh()), noise(5, 3, 5), "0 1 2", 1},
		"its own and one":   {nn.NewSequential(nn.NewLinear(5, 4, nn.LinearOptions{Activation: tensor.ActTanh}), nn.NewReLU()), noise(6, 3, 5), "0 0.tanh 1", 0},
		"not in one":        {nn.NewSequential(nn.NewLinear(5, 4), nn.NewGELU(), nn.NewIdentity(), nn.NewReLU()), noise(7, 3, 5), "0 1 3", 0},
		"embedded":          {nn.NewSequential(&negated{nn.NewLinear(5, 4)}, nn.NewReLU()), noise(8, 3, 5), "", 0},
		"activation first":  {nn.NewSequential(nn.NewReLU(), nn.NewLinear(5, 4)), noise(9, 3, 5), "0 1", 0},
		"activation nested": {nn.NewSequential(nn.NewSequential(nn.NewLinear(5, 4)), nn.NewReLU()), noise(10, 3, 5), "0.0 1", 0},
	}
}

// negated has a Forward of its own beside the Linear's.
type negated struct{ *nn.Linear }

func (n *negated) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return n.Linear.Forward(p, x).Neg()
}

// TestSequentialFuses: results and gradients with fusing are, bit for bit, those under
// an observer and those of the modules called one by one; the observer hears every
// module; without it as many pairs as are wanted are one operation.
func TestSequentialFuses(t *testing.T) {
	for name, c := range kinds() {
		nn.Init(c.m, 1)
		run := func(observe bool, forward func(p *nn.Pass) *tensor.Tensor) []*tensor.Tensor {
			p := nn.Training(1)
			if observe {
				p.Observe(c.m, func(nn.Event) {})
			}
			y := forward(p)
			y.Square().Sum().Backward()
			all := []*tensor.Tensor{y.Clone().Detach()}
			for _, q := range nn.Parameters(c.m) {
				all = append(all, q.Grad().Clone())
				q.ZeroGrad()
			}
			return all
		}
		together := func(p *nn.Pass) *tensor.Tensor { return c.m.Forward(p, c.x) }
		fused := run(false, together)
		for how, other := range map[string][]*tensor.Tensor{
			"observed": run(true, together),
			"one by one": run(false, func(p *nn.Pass) *tensor.Tensor {
				x := c.x
				for _, m := range c.m.Modules {
					x = m.Forward(p, x)
				}
				return x
			})} {
			for i := range fused {
				if !equal(fused[i], other[i]) {
					t.Errorf("%s: tensor %d differs when %s", name, i, how)
				}
			}
		}
		pairs, x := 0, c.x
		for i, m := range c.m.Modules {
			if i+1 < len(c.m.Modules) && nn.Fused(nn.Inference(), m, c.m.Modules[i+1], x) != nil {
				pairs++
			}
			x = nn.Predict(m, x)
		}
		if pairs != c.fused {
			t.Errorf("%s: %d pairs of modules are one operation, want %d", name, pairs, c.fused)
		}
		for _, p := range []*nn.Pass{nn.Training(1), nn.Inference()} {
			if got := observed(c.m, c.x, p); c.names != "" && got != c.names {
				t.Errorf("%s: observed %s, want %s", name, got, c.names)
			}
		}
	}
}
