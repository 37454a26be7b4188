package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// TestActivationGrad holds the gradient that a fused operation turns first to that of
// the activation as an operation of its own: the same bits, and a second derivative.
func TestActivationGrad(t *testing.T) {
	values := []float64{-3, -1, -0.25, math.Copysign(0, -1), 0, 0.5, 2, math.Inf(1), math.Inf(-1), math.NaN()}
	for _, a := range []tensor.Activation{tensor.ActReLU, tensor.ActTanh, tensor.ActSigmoid} {
		for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64} {
			x := tensor.FromSlice(values, len(values)).To(dtype).RequireGrad()
			g := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, len(values)).To(dtype)
			y := x.Activate(a)
			want := tensor.GradOf(y, []*tensor.Tensor{x}, tensor.BackwardOptions{Gradient: g, Retain: true})[0]
			if got := tensor.ActivationGrad(g, y.Detach(), a); !sameBits(got, want) {
				t.Errorf("%v of %v: %v, want %v", a, dtype, got, want)
			}
		}
		// tracked: the derivative of sum(a'(x)) by x is a''(x)
		x := tensor.FromSlice([]float64{-1, 0.3, 2}, 3).RequireGrad()
		ones := tensor.Ones(3).To(tensor.Float64).RequireGrad()
		got := tensor.GradOf(tensor.ActivationGrad(ones, x.Activate(a), a).Sum(), []*tensor.Tensor{x},
			tensor.BackwardOptions{AllowUnused: true})[0]
		for i, v := range []float64{-1, 0.3, 2} {
			s, th := 1/(1+math.Exp(-v)), math.Tanh(v)
			want := map[tensor.Activation]float64{tensor.ActReLU: 0, tensor.ActTanh: -2 * th * (1 - th*th),
				tensor.ActSigmoid: s * (1 - s) * (1 - 2*s)}[a]
			if got == nil && want == 0 {
				continue
			}
			if d := tensor.Data[float64](got)[i] - want; math.Abs(d) > 1e-12 {
				t.Errorf("second derivative of %v at %v: %v, want %v", a, v, d+want, want)
			}
		}
	}
	g := tensor.Ones(2)
	if tensor.ActivationGrad(g, tensor.Ones(2), tensor.ActNone) != g {
		t.Error("without an activation the gradient is not returned as it is")
	}
	misuse[*tensor.IndexError](t, "no function of the result", func() { tensor.ActivationGrad(g, g, tensor.ActGELU) })
}

func TestFusible(t *testing.T) {
	var s tensor.Scope
	for a, want := range map[tensor.Activation]bool{tensor.ActNone: false, tensor.ActReLU: true, tensor.ActTanh: true,
		tensor.ActSigmoid: true, tensor.ActGELU: false, tensor.ActSiLU: false} {
		s.OnOp(nil)
		if tensor.Fusible(&s, a) != want || tensor.Fusible(nil, a) != want {
			t.Errorf("%v: fusible is not %v", a, want)
		}
		s.OnOp(func(string, *tensor.Tensor, []*tensor.Tensor) {})
		if tensor.Fusible(&s, a) {
			t.Errorf("%v is fused although somebody observes", a)
		}
	}
}

// sameBits reports whether two tensors of floats agree bit for bit, any NaN being
// equal to any other.
func sameBits(a, b *tensor.Tensor) bool {
	x, y := tensor.Data[float64](a.To(tensor.Float64)), tensor.Data[float64](b.To(tensor.Float64))
	if len(x) != len(y) || a.DType() != b.DType() {
		return false
	}
	for i := range x {
		if math.Float64bits(x[i]) != math.Float64bits(y[i]) && !(math.IsNaN(x[i]) && math.IsNaN(y[i])) {
			return false
		}
	}
	return true
}
