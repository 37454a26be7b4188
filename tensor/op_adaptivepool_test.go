package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// adaptiveCases are calls with torch's function of the given name.
func adaptiveCases(f func(t *tensor.Tensor, h, w int) *tensor.Tensor, torch string) []opCase {
	at := func(label string, shape []int, h, w int, size string) opCase {
		return opCase{Label: label, In: []in{{Shape: shape, Apart: 1e-3}}, NoBroadcast: poolTies, Torch: torch + "(x[0], " + size + ")",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], h, w) })}
	}
	values := at("not finite", []int{1, 1, 3, 4}, 2, 2, "(2, 2)").atKinks()
	values.In[0] = in{Shape: []int{1, 1, 3, 4}, Values: []float64{-inf, -inf, nan, 1, -inf, -inf, 2, nan, 1, 1, 2, inf}}
	nothing := at("nothing", []int{1, 2, 3, 3}, 0, 2, "(0, 2)")
	nothing.Plain = true // PyTorch has no gradient for it
	return []opCase{
		at("", []int{2, 2, 4, 6}, 2, 3, "(2, 3)"),
		at("one", []int{2, 2, 3, 5}, 1, 1, "(1, 1)"),
		at("overlapping", []int{1, 2, 5, 7}, 3, 4, "(3, 4)"),
		at("larger", []int{1, 1, 2, 3}, 3, 5, "(3, 5)"),
		at("single image", []int{2, 4, 5}, 2, 2, "(2, 2)"),
		nothing,
		at("empty batch", []int{0, 2, 3, 3}, 2, 2, "(2, 2)").atKinks(),
		values,
	}
}

var (
	_ = op(row{Name: "AdaptiveAvgPool2d", Cases: adaptiveCases((*tensor.Tensor).AdaptiveAvgPool2d, "F.adaptive_avg_pool2d")})
	_ = op(row{Name: "AdaptiveMaxPool2d", Cases: adaptiveCases((*tensor.Tensor).AdaptiveMaxPool2d, "F.adaptive_max_pool2d")})
)

func TestAdaptivePoolMisuse(t *testing.T) {
	misuse[*tensor.ShapeError](t, "AdaptiveAvgPool2d of [1 1 2 2]: the result's size must not be negative, -1 x 2", func() {
		tensor.Zeros(1, 1, 2, 2).AdaptiveAvgPool2d(-1, 2)
	})
	misuse[*tensor.ShapeError](t, "AdaptiveMaxPool2d of [1 1 0 2]: images of at least one row", func() {
		tensor.Zeros(1, 1, 0, 2).AdaptiveMaxPool2d(1, 1)
	})
	misuse[*tensor.ShapeError](t, "[N, C, H, W] or [C, H, W]", func() { tensor.Zeros(2, 2).AdaptiveAvgPool2d(1, 1) })
	misuse[*tensor.DTypeError](t, "int64", func() { tensor.ZerosOf(tensor.Int64, 1, 2, 2).AdaptiveMaxPool2d(1, 1) })
}
