package optim_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

type clipCase struct {
	DType     string
	Spoil     number // an element of the second gradient, if not 0
	Kind      string
	Max       float64
	Norm      number
	Gradients [][]number
}

func TestClip(t *testing.T) {
	kinds := map[string]float64{"1.0": 1, "2.0": 2, "3.0": 3, "inf": math.Inf(1)}
	for _, c := range golden[[]clipCase](t, "clip.json") {
		dtype, limit := tensor.Float32, 1e-6
		if c.DType == "float64" {
			dtype, limit = tensor.Float64, 1e-14
		}
		params := startWeights(dtype)
		setGradients(params, 5)
		if c.Spoil != 0 {
			g := floats(params[1].Grad())
			g[2] = float64(c.Spoil)
			params[1].SetGrad(tensor.FromSlice(g).To(dtype))
		}
		norm := 0.0
		switch p := kinds[c.Kind]; {
		case p == 2:
			norm = optim.ClipGradNorm(params, c.Max)
		case p != 0:
			norm = optim.ClipGradNorm(params, c.Max, optim.ClipOptions{NormType: p})
		default:
			optim.ClipGradValue(params, c.Max)
		}
		if d := far([]float64{norm}, []number{c.Norm}); !(d <= limit) {
			t.Errorf("%s, kind %s, max %v, spoilt by %v: norm %v, PyTorch has %v", c.DType, c.Kind, c.Max, c.Spoil, norm, c.Norm)
		}
		for k, want := range c.Gradients {
			if d := far(floats(params[k].Grad()), want); !(d <= limit) {
				t.Errorf("%s, kind %s, max %v, spoilt by %v: gradient %d is %v, PyTorch has %v",
					c.DType, c.Kind, c.Max, c.Spoil, k, params[k].Grad(), want)
			}
		}
	}
}

// TestClipLeavesAlone: frozen parameters do not count, and nothing to clip is fine.
func TestClipLeavesAlone(t *testing.T) {
	a, b := nn.NewParamOf(tensor.Zeros(1)), nn.NewParamOf(tensor.Zeros(1))
	a.SetGrad(tensor.FromSlice([]float32{3}))
	b.SetGrad(tensor.FromSlice([]float32{4}))
	nn.Freeze(struct{ B *nn.Param }{b})
	params := []*nn.Param{a, b, nn.NewParamOf(tensor.Zeros(2))}
	if norm := optim.ClipGradNorm(params, 1.5); norm != 3 {
		t.Errorf("norm %v with a frozen parameter, want 3", norm)
	}
	optim.ClipGradValue(params, 1)
	if g, frozen := a.Grad().Item(), b.Grad().Item(); g != 1 || frozen != 4 {
		t.Errorf("gradients %v and, frozen, %v; want 1 and 4", g, frozen)
	}
	if norm := optim.ClipGradNorm(nil, 1); norm != 0 {
		t.Errorf("norm of no gradients: %v", norm)
	}
}

func TestClipMisuse(t *testing.T) {
	wantMisuse(t, "the greatest norm is -1", func() { optim.ClipGradNorm(nil, -1) })
	wantMisuse(t, "the greatest norm is NaN", func() { optim.ClipGradNorm(nil, math.NaN()) })
	wantMisuse(t, "NormType is -2", func() { optim.ClipGradNorm(nil, 1, optim.ClipOptions{NormType: -2}) })
	wantMisuse(t, "ClipGradNorm: a parameter is nil", func() { optim.ClipGradNorm([]*nn.Param{nil}, 1) })
	wantMisuse(t, "ClipGradValue: a parameter is nil", func() { optim.ClipGradValue([]*nn.Param{nil}, 1) })
	wantMisuse(t, "the greatest value is -1", func() { optim.ClipGradValue(nil, -1) })
}
