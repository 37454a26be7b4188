package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "Linear", Func: tensor.Linear, Cases: []opCase{
	{In: []in{{Shape: []int{3, 4}}, {Shape: []int{5, 4}}, {Shape: []int{5}}}, Torch: "F.linear(x[0], x[1], x[2])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Linear(x[0], x[1], x[2]) })},
	{Label: "no bias, vector", In: []in{{Shape: []int{4}}, {Shape: []int{5, 4}}}, Torch: "F.linear(x[0], x[1])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Linear(x[0], x[1], nil) })},
	{Label: "three dimensions", In: []in{{Shape: []int{2, 3, 4}}, {Shape: []int{5, 4}}, {Shape: []int{5}}}, Torch: "F.linear(x[0], x[1], x[2])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Linear(x[0], x[1], x[2]) })},
	{Label: "empty batch", In: []in{{Shape: []int{0, 4}}, {Shape: []int{5, 4}}, {Shape: []int{5}}}, Torch: "F.linear(x[0], x[1], x[2])", Kinks: true,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Linear(x[0], x[1], x[2]) })},
	activated("relu", tensor.ActReLU, "F.relu"), activated("tanh", tensor.ActTanh, "torch.tanh"),
	activated("sigmoid", tensor.ActSigmoid, "torch.sigmoid"), activated("gelu", tensor.ActGELU, "F.gelu"),
	activated("silu", tensor.ActSiLU, "F.silu"),
}})

// activated is a case with an activation. Small numbers keep ReLU away from its kink:
// the bias, of distinct values apart from 0, decides the sign.
func activated(label string, a tensor.Activation, torch string) opCase {
	return opCase{Label: label, Torch: torch + "(F.linear(x[0], x[1], x[2]))",
		In: []in{{Shape: []int{2, 3, 4}, Lo: -0.1, Hi: 0.1}, {Shape: []int{5, 4}, Lo: -0.1, Hi: 0.1},
			{Shape: []int{5}, Values: []float64{-1.5, 0.7, 1.1, -0.4, 0.3}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.Linear(x[0], x[1], x[2], tensor.LinearOptions{Activation: a})
		})}
}

func TestLinearMisuse(t *testing.T) {
	for name, f := range map[string]func(){
		"in":     func() { tensor.Linear(tensor.Zeros(2, 3), tensor.Zeros(5, 4), nil) },
		"bias":   func() { tensor.Linear(tensor.Zeros(2, 4), tensor.Zeros(5, 4), tensor.Zeros(4)) },
		"scalar": func() { tensor.Linear(tensor.Scalar(1), tensor.Zeros(5, 4), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Error("no ShapeError")
				}
			}()
			f()
		})
	}
}
