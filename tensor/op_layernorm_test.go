package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "LayerNorm", Func: tensor.LayerNorm, Cases: []opCase{
	{In: []in{{Shape: []int{2, 3, 4}}, {Shape: []int{4}, Lo: 0.5, Hi: 2}, {Shape: []int{4}}},
		Torch: "F.layer_norm(x[0], [4], x[1], x[2], 1e-5)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.LayerNorm(x[0], []int{4}, x[1], x[2], 1e-5)
		})},
	{Label: "two dimensions", In: []in{{Shape: []int{2, 3, 4}}, {Shape: []int{3, 4}, Lo: 0.5, Hi: 2}, {Shape: []int{3, 4}}},
		Torch: "F.layer_norm(x[0], [3, 4], x[1], x[2], 0.1)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.LayerNorm(x[0], []int{3, 4}, x[1], x[2], 0.1)
		})},
	{Label: "all dimensions", In: []in{{Shape: []int{5}}}, Torch: "F.layer_norm(x[0], [5])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.LayerNorm(x[0], []int{5}, nil, nil, 1e-5) })},
	{Label: "weight only", In: []in{{Shape: []int{3, 4}}, {Shape: []int{4}}}, Torch: "F.layer_norm(x[0], [4], x[1])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.LayerNorm(x[0], []int{4}, x[1], nil, 1e-5) })},
	// The deviations are few units in the last place of float32.
	{Label: "tiny variance", Kinks: true, In: []in{{Shape: []int{2, 4}, Values: []float64{
		1000, 1000.00006103515625, 1000, 999.99993896484375,
		1e-6, 2e-6, 3e-6, 4e-6}}},
		Torch: "F.layer_norm(x[0].float().double(), [4], eps=1e-12)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.LayerNorm(x[0].To(tensor.Float32).To(x[0].DType()), []int{4}, nil, nil, 1e-12)
		})},
	{Label: "constant", Kinks: true, In: []in{{Shape: []int{2, 3}, Values: []float64{1, 1, 1, 0, 0, 0}}}, Torch: "F.layer_norm(x[0], [3])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.LayerNorm(x[0], []int{3}, nil, nil, 1e-5) })},
	{Label: "not finite", Kinks: true, In: []in{{Shape: []int{2, 3}, Values: []float64{1, math.Inf(1), 1, 0, math.NaN(), 0}}}, Torch: "F.layer_norm(x[0], [3])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.LayerNorm(x[0], []int{3}, nil, nil, 1e-5) })},
	{Label: "empty", Kinks: true, In: []in{{Shape: []int{0, 3}}, {Shape: []int{3}}, {Shape: []int{3}}}, Torch: "F.layer_norm(x[0], [3], x[1], x[2])",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.LayerNorm(x[0], []int{3}, x[1], x[2], 1e-5) })},
}})

func TestLayerNormMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3, 4)
	misuse[*tensor.ShapeError](t, "the lengths [3]", func() { tensor.LayerNorm(x, []int{3}, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "the lengths []", func() { tensor.LayerNorm(x, nil, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "the lengths [1 2 3 4]", func() { tensor.LayerNorm(x, []int{1, 2, 3, 4}, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "must have the shape [3 4]", func() { tensor.LayerNorm(x, []int{3, 4}, tensor.Ones(4), nil, 1e-5) })
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.LayerNorm(x.To(tensor.Int64), []int{4}, nil, nil, 1e-5) })
}
