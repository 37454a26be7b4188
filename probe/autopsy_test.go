package probe_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// numbers is the generator of testdata/autopsy.py.
type numbers uint64

func (g *numbers) draw(bound float64, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	values := make([]float32, n)
	for i := range values {
		*g = (1103515245**g + 12345) % (1 << 31)
		values[i] = float32((float64(*g)/(1<<30) - 1) * bound)
	}
	return tensor.FromSlice(values, shape...)
}

var activations = map[string]func(*tensor.Tensor) *tensor.Tensor{
	"sigmoid": (*tensor.Tensor).Sigmoid, "tanh": (*tensor.Tensor).Tanh, "relu": (*tensor.Tensor).ReLU,
}

// chain is the network of testdata/autopsy.py, with its batch.
func chain(activation string, bound float64) (c *probe.Chain, x, y *tensor.Tensor) {
	const depth, width, inputs, classes, batch = 10, 20, 30, 10, 8
	g := numbers(1)
	c = &probe.Chain{Activation: activations[activation]}
	in := inputs
	for k := range depth + 1 {
		out := width
		if k == depth {
			out = classes
		}
		l := nn.NewLinear(in, out)
		c.Layers = append(c.Layers, l)
		in = out
	}
	nn.Init(c.Layers, 1)
	for _, l := range c.Layers {
		shape := l.Weight.Value().Shape()
		l.Weight.Value().CopyFrom(g.draw(bound/math.Sqrt(float64(shape[1])), shape...))
	}
	for _, l := range c.Layers {
		l.Bias.Value().CopyFrom(g.draw(0.1, l.Bias.Value().Shape()...))
	}
	x = g.draw(1, batch, inputs)
	labels := make([]int64, batch)
	for i := range labels {
		labels[i] = int64(i % classes)
	}
	return c, x, tensor.FromSlice(labels)
}

func near(t *testing.T, what string, k int, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s of layer %d is %g, want %g", what, k, got, want)
	}
}

func TestAutopsyGolden(t *testing.T) {
	content, err := os.ReadFile("testdata/autopsy.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Chains []struct {
			Activation string    `json:"activation"`
			Bound      float64   `json:"bound"`
			Loss       float64   `json:"loss"`
			W          []float64 `json:"mean_abs_grad_w"`
			X          []float64 `json:"mean_abs_grad_x"`
		} `json:"chains"`
	}
	if err := json.Unmarshal(content, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Chains) != 6 {
		t.Fatalf("%d chains in the golden file, want 6", len(golden.Chains))
	}
	for _, want := range golden.Chains {
		t.Run(want.Activation, func(t *testing.T) {
			c, x, y := chain(want.Activation, want.Bound)
			loss, links := probe.Autopsy(nn.Training(1), c, x, func(pred *tensor.Tensor) *tensor.Tensor { return nn.CrossEntropy(pred, y) })
			near(t, "the loss", 0, loss, want.Loss, 1e-5)
			if len(links) != len(want.W) {
				t.Fatalf("%d layers, want %d", len(links), len(want.W))
			}
			for i, l := range links {
				near(t, "mean |dL/dW|", l.K, l.MeanAbsGradW, want.W[i], 1e-4)
				near(t, "mean |dL/dx|", l.K, l.MeanAbsGradX, want.X[i], 1e-4)
				near(t, "the product of the factors", l.K, l.FactorActivation*l.FactorWeights, l.Ratio(), 1e-4)
			}
		})
	}
}

// TestAutopsyOverSteps: in the memory of a Pass every look sees its own step, and the
// gradients are those of an ordinary forward and backward.
func TestAutopsyOverSteps(t *testing.T) {
	c, x, y := chain("tanh", 1)
	loss := func(pred *tensor.Tensor) *tensor.Tensor { return nn.CrossEntropy(pred, y) }
	p, plain := nn.Training(1), nn.Training(1)
	for step := range 3 {
		for _, q := range nn.Parameters(c.Layers) {
			q.ZeroGrad()
		}
		_, links := probe.Autopsy(p, c, x, loss)
		want := tensor.Data[float32](c.Layers[0].Weight.Grad())
		for _, q := range nn.Parameters(c.Layers) {
			q.ZeroGrad()
		}
		loss(c.Forward(plain, x)).Backward()
		sum := 0.0
		for i, v := range tensor.Data[float32](c.Layers[0].Weight.Grad()) {
			sum += math.Abs(float64(v))
			if d := math.Abs(float64(v - want[i])); d > 1e-7 {
				t.Fatalf("step %d: gradient %d is %g with an autopsy and %g without", step, i, want[i], v)
			}
		}
		near(t, "mean |dL/dW|", 1, links[0].MeanAbsGradW, sum/float64(len(want)), 1e-5)
		c.Layers[0].Weight.Value().CopyFrom(c.Layers[0].Weight.Value().MulScalar(1.5))
	}
}

// TestAutopsyOfDeadGradients: what underflows in float32 squares is still told, and a
// gradient of zero gives no number rather than a wrong one.
func TestAutopsyOfDeadGradients(t *testing.T) {
	c, x, y := chain("sigmoid", 0.05)
	_, links := probe.Autopsy(nn.Training(1), c, x, func(pred *tensor.Tensor) *tensor.Tensor { return nn.CrossEntropy(pred, y) })
	if l := links[0]; !(l.NormBefore > 0 && l.NormBefore < 1e-15) {
		t.Errorf("|dL/dx| of the first layer is %g, want a small number above 0", l.NormBefore)
	}
	near(t, "the product of the factors", 1, links[0].FactorActivation*links[0].FactorWeights, links[0].Ratio(), 1e-4)
	c, x, _ = chain("sigmoid", 0.05)
	_, links = probe.Autopsy(nn.Training(1), c, x, func(pred *tensor.Tensor) *tensor.Tensor { return pred.MulScalar(0).Sum() })
	if l := links[0]; l.NormBehind != 0 || !math.IsNaN(l.Ratio()) || !math.IsNaN(l.FactorActivation) {
		t.Errorf("without a gradient: |dL/dh| %g, ratio %g, factor %g", l.NormBehind, l.Ratio(), l.FactorActivation)
	}
}
