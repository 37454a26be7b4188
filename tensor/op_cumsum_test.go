package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func cumSum(dim int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.CumSum(dim) }
}

var _ = op(row{Name: "CumSum", Cases: []opCase{
	with("", []int{2, 4}, cumSum(1), "x[0].cumsum(1)"),
	with("first", []int{3, 2, 2}, cumSum(-3), "x[0].cumsum(-3)"),
	with("vector", []int{5}, cumSum(0), "x[0].cumsum(0)"),
	with("one", []int{3, 1}, cumSum(1), "x[0].cumsum(1)"),
	{Label: "not finite", Kinks: true, In: []in{{Shape: []int{4}, Values: []float64{1, math.Inf(1), 2, math.Inf(-1)}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].CumSum(0) }), Torch: "x[0].cumsum(0)"},
	{Label: "NaN", Kinks: true, In: []in{{Shape: []int{2, 3}, Values: []float64{1, nan, 2, 3, 4, 5}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].CumSum(1) }), Torch: "x[0].cumsum(1)"},
	empty(with("empty", []int{2, 0}, cumSum(1), "x[0].cumsum(1)")),
	plainWith("int32", in{Shape: []int{2, 3}, Lo: -9, Hi: 9, Type: tensor.Int32}, cumSum(0), "x[0].cumsum(0)"),
	plainWith("uint8", in{Shape: []int{3}, Values: []float64{200, 100, 50}, Type: tensor.Uint8}, cumSum(0), "x[0].cumsum(0)"),
	plainWith("bool", mask([]int{4}, 1, 0, 1, 1), cumSum(0), "x[0].cumsum(0)"),
}})

func TestCumSumMisuse(t *testing.T) {
	misuse[*tensor.IndexError](t, "CumSum of index 1", func() { tensor.Zeros(3).CumSum(1) })
}

// The bits do not depend on how the elements lie in memory.
func TestCumSumLayouts(t *testing.T) {
	x := tensor.Randn(seeded(5), 1000, 3)
	a := tensor.Data[float32](x.CumSum(0))
	b := tensor.Data[float32](x.Transpose(0, 1).Reshape(3, 1000).CumSum(1).Transpose(0, 1))
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("element %d is %v down the columns and %v along rows", i, a[i], b[i])
		}
	}
}
