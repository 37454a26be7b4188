package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var (
	_ = op(row{Name: "MSELoss", Func: tensor.MSELoss, Cases: distanceCases(tensor.MSELoss, "F.mse_loss", "")})
	_ = op(row{Name: "L1Loss", Func: tensor.L1Loss, Cases: distanceCases(tensor.L1Loss, "F.l1_loss", "")})
	_ = op(row{Name: "HuberLoss", Func: tensor.HuberLoss, Cases: distanceCases(func(x, target *tensor.Tensor, r tensor.Reduction) *tensor.Tensor {
		return tensor.HuberLoss(x, target, 0.75, r)
	}, "F.huber_loss", ", delta=0.75")})
	_ = op(row{Name: "SmoothL1Loss", Func: tensor.SmoothL1Loss, Cases: distanceCases(func(x, target *tensor.Tensor, r tensor.Reduction) *tensor.Tensor {
		return tensor.SmoothL1Loss(x, target, 0.25, r)
	}, "F.smooth_l1_loss", ", beta=0.25")})
)

// distanceCases are calls of a loss of the difference of two tensors.
func distanceCases(f func(x, target *tensor.Tensor, r tensor.Reduction) *tensor.Tensor, torch, more string) []opCase {
	at := func(label string, x, target in, r tensor.Reduction) opCase {
		return opCase{Label: label, In: []in{x, target}, Torch: torch + "(x[0], x[1], reduction='" + r.String() + "'" + more + ")",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1], r) })}
	}
	// Far from each other by neither 0, 0.25 nor 0.75, where the formulas meet.
	x := in{Shape: []int{3, 4}, Values: []float64{0.1, -1.5, 2, 0.7, 1.9, -0.3, -2, 0.05, 1.1, -0.6, 0.4, 3}}
	y := in{Shape: []int{3, 4}, Values: []float64{0.2, -1.1, -2, 0.6, 1.5, 0.9, -1.9, 0.1, 1, -1.8, 0.3, -3}}
	var cases []opCase
	for _, r := range reductions {
		cases = append(cases, at(r.String(), x, y, r))
	}
	kinks := []float64{0, 0.25, -0.25, 0.75, -0.75, 1e4, -1e4, math.Inf(1), math.Inf(-1), math.NaN(), 1e-30, 1}
	zeros := make([]float64, len(kinks))
	zeros[len(kinks)-1] = 1
	ends := at("kinks", in{Shape: []int{len(kinks)}, Values: kinks}, in{Shape: []int{len(kinks)}, Values: zeros}, tensor.ReductionNone)
	empty := at("empty", in{Shape: []int{0, 4}}, in{Shape: []int{0, 4}}, tensor.ReductionMean)
	ends.Kinks, empty.Kinks = true, true
	return append(cases, at("scalar", in{Shape: []int{}, Lo: 1, Hi: 2}, in{Shape: []int{}, Lo: -2, Hi: -1}, tensor.ReductionMean), ends, empty)
}

func TestDistanceMisuse(t *testing.T) {
	x := tensor.Zeros(3, 4)
	misuse[*tensor.ShapeError](t, "MSELoss of [3 4] and [3 1]: the target must have the shape of the predictions", func() {
		tensor.MSELoss(x, tensor.Zeros(3, 1), tensor.ReductionMean)
	})
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.L1Loss(x, x.To(tensor.Int64), tensor.ReductionMean) })
	misuse[*tensor.DTypeError](t, "equal", func() { tensor.L1Loss(x, x.To(tensor.Float64), tensor.ReductionMean) })
	misuse[*tensor.ShapeError](t, "Reduction(3)", func() { tensor.MSELoss(x, x, 3) })
	misuse[*tensor.ShapeError](t, "delta must be above 0, not 0", func() { tensor.HuberLoss(x, x, 0, tensor.ReductionMean) })
	misuse[*tensor.ShapeError](t, "beta must be above 0, not NaN", func() { tensor.SmoothL1Loss(x, x, math.NaN(), tensor.ReductionMean) })
}

// TestDistanceOfMany: losses of more elements than one thread takes at a time, of parts of wider matrices too, are what
// the operations one by one give.
func TestDistanceOfMany(t *testing.T) {
	r := seeded(9)
	for name, f := range map[string][2]func(x, target *tensor.Tensor) *tensor.Tensor{
		"mse": {
			func(x, y *tensor.Tensor) *tensor.Tensor { return tensor.MSELoss(x, y, tensor.ReductionMean) },
			func(x, y *tensor.Tensor) *tensor.Tensor { return x.Sub(y).Square().Mean() }},
		"l1": {
			func(x, y *tensor.Tensor) *tensor.Tensor { return tensor.L1Loss(x, y, tensor.ReductionSum) },
			func(x, y *tensor.Tensor) *tensor.Tensor { return x.Sub(y).Abs().Sum() }},
		"huber": {
			func(x, y *tensor.Tensor) *tensor.Tensor {
				return tensor.HuberLoss(x, y, 0.5, tensor.ReductionNone).Mean()
			},
			func(x, y *tensor.Tensor) *tensor.Tensor {
				d := x.Sub(y)
				c := d.Clamp(-0.5, 0.5)
				return c.Mul(d.Sub(c.MulScalar(0.5))).Mean()
			}},
	} {
		wide, target := tensor.Randn(r, 300, 401), tensor.Randn(r, 300, 400)
		var got [2]*tensor.Tensor
		var grads [2][2][]float32
		for i := range got {
			x, y := wide.Clone().RequireGrad(), target.Clone().RequireGrad()
			got[i] = f[i](x.Slice(1, 1, 401, 1), y)
			got[i].Backward()
			grads[i] = [2][]float32{tensor.Data[float32](x.Grad()), tensor.Data[float32](y.Grad())}
		}
		if a, b := got[0].Item(), got[1].Item(); math.Abs(a-b) > 1e-6*math.Abs(b) {
			t.Errorf("%s: %v, not %v", name, a, b)
		}
		for k := range grads[0] {
			for i, v := range grads[1][k] {
				if d := math.Abs(float64(grads[0][k][i] - v)); d > 1e-6*math.Abs(float64(v)) {
					t.Fatalf("%s: gradient of operand %d, element %d: %v, not %v", name, k, i, grads[0][k][i], v)
				}
			}
		}
	}
}
