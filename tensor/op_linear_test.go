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
}})

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
