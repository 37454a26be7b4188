package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func flip(dims ...int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.Flip(dims...) }
}

func roll(shifts, dims []int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.Roll(shifts, dims) }
}

var (
	_ = op(row{Name: "Flip", Cases: []opCase{
		with("", []int{3, 4}, flip(1), "x[0].flip(1)"),
		with("all", []int{2, 3, 2}, flip(0, 1, -1), "x[0].flip(0, 1, -1)"),
		with("none", []int{2, 3}, flip(), "x[0].flip([])"),
		with("scalar", []int{}, flip(), "x[0].flip([])"),
		empty(with("empty", []int{2, 0}, flip(0, 1), "x[0].flip(0, 1)")),
		plainWith("int64", in{Shape: []int{4}, Lo: -9, Hi: 9, Type: tensor.Int64}, flip(0), "x[0].flip(0)"),
		plainWith("bool", mask([]int{3}, 0, 1, 1), flip(0), "x[0].flip(0)"),
	}})
	_ = op(row{Name: "Roll", Cases: []opCase{
		with("", []int{2, 5}, roll([]int{2}, []int{1}), "x[0].roll(2, 1)"),
		with("back", []int{5, 2}, roll([]int{-1}, []int{0}), "x[0].roll(-1, 0)"),
		with("round", []int{5}, roll([]int{-12}, []int{0}), "x[0].roll(-12, 0)"),
		with("two", []int{3, 4}, roll([]int{1, -2}, []int{0, -1}), "x[0].roll((1, -2), (0, -1))"),
		with("twice", []int{4}, roll([]int{1, 2}, []int{0, 0}), "x[0].roll((1, 2), (0, 0))"),
		with("flat", []int{2, 3}, roll([]int{2}, nil), "x[0].roll(2)"),
		with("by nothing", []int{3}, roll([]int{0}, []int{0}), "x[0].roll(0, 0)"),
		empty(with("empty", []int{0, 3}, roll([]int{2}, []int{0}), "x[0].roll(2, 0)")),
		plainWith("int32", in{Shape: []int{4}, Lo: -9, Hi: 9, Type: tensor.Int32}, roll([]int{1}, []int{0}), "x[0].roll(1, 0)"),
	}})
)

func TestFlipMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.IndexError](t, "Flip of index 2", func() { x.Flip(2) })
	misuse[*tensor.IndexError](t, "named once", func() { x.Flip(0, -2) })
	misuse[*tensor.IndexError](t, "Roll of index 2", func() { x.Roll([]int{1}, []int{2}) })
	misuse[*tensor.ShapeError](t, "one shift a dimension", func() { x.Roll([]int{1, 2}, []int{0}) })
	misuse[*tensor.ShapeError](t, "one shift a dimension", func() { x.Roll([]int{1, 2}, nil) })
	misuse[*tensor.ShapeError](t, "one shift a dimension", func() { x.Roll(nil, nil) })
}
