package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// mask is an argument of bools.
func mask(shape []int, values ...float64) in {
	return in{Shape: shape, Values: values, Type: tensor.Bool}
}

func maskedFill(v float64) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MaskedFill(x[1], v) })
}

var (
	selectMasked = one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MaskedSelect(x[1]) })

	_ = op(row{Name: "MaskedFill", Cases: []opCase{
		{In: []in{{Shape: []int{2, 3}}, mask([]int{2, 3}, 1, 0, 0, 1, 1, 0)}, F: maskedFill(9), Torch: "x[0].masked_fill(x[1], 9)"},
		{Label: "broadcast", In: []in{{Shape: []int{2, 3}}, mask([]int{3}, 0, 1, 0)}, F: maskedFill(-1), Torch: "x[0].masked_fill(x[1], -1)"},
		{Label: "grown", In: []in{{Shape: []int{3}}, mask([]int{2, 1}, 0, 1)}, F: maskedFill(0), Torch: "x[0].masked_fill(x[1], 0)"},
		{Label: "infinite", Kinks: true, In: []in{special(), mask([]int{1}, 1)}, F: maskedFill(math.Inf(-1)), Torch: "x[0].masked_fill(x[1], -math.inf)"},
		{Label: "kinks", Kinks: true, In: []in{special(), mask([]int{19}, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0)}, F: maskedFill(0), Torch: "x[0].masked_fill(x[1], 0)"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{0, 2}}, mask([]int{2}, 0, 1)}, F: maskedFill(0), Torch: "x[0].masked_fill(x[1], 0)"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{3}, Lo: -9, Hi: 9, Type: tensor.Int64}, mask([]int{3}, 0, 1, 0)}, F: maskedFill(4), Torch: "x[0].masked_fill(x[1], 4)"},
	}})
	_ = op(row{Name: "MaskedSelect", Cases: []opCase{
		{In: []in{{Shape: []int{2, 3}}, mask([]int{2, 3}, 1, 0, 0, 1, 1, 0)}, F: selectMasked, Torch: "x[0].masked_select(x[1])"},
		{Label: "broadcast", In: []in{{Shape: []int{2, 3}}, mask([]int{3}, 1, 1, 0)}, F: selectMasked, Torch: "x[0].masked_select(x[1])"},
		{Label: "grown", In: []in{{Shape: []int{3}}, mask([]int{2, 1}, 1, 1)}, F: selectMasked, Torch: "x[0].masked_select(x[1])"},
		{Label: "none", Kinks: true, In: []in{{Shape: []int{3}}, mask([]int{3}, 0, 0, 0)}, F: selectMasked, Torch: "x[0].masked_select(x[1])"},
		{Label: "bool", Plain: true, In: []in{mask([]int{3}, 1, 0, 1), mask([]int{3}, 1, 1, 0)}, F: selectMasked, Torch: "x[0].masked_select(x[1])"},
	}})
)

func TestMaskedMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.DTypeError](t, "the mask must hold bools", func() { x.MaskedFill(x, 1) })
	misuse[*tensor.DTypeError](t, "the mask must hold bools", func() { x.MaskedSelect(x) })
	misuse[*tensor.ShapeError](t, "MaskedFill of [2 3] and [2]", func() { x.MaskedFill(tensor.OnesOf(tensor.Bool, 2), 1) })
	misuse[*tensor.ShapeError](t, "MaskedSelect", func() { x.MaskedSelect(tensor.OnesOf(tensor.Bool, 2)) })
}
