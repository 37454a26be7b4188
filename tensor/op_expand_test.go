package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func expansion(shape ...int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.Expand(shape...) }
}

var _ = op(row{Name: "Expand", Cases: []opCase{
	with("", []int{3, 1}, expansion(3, 4), "x[0].expand(3, 4)"),
	with("keep", []int{3, 1}, expansion(-1, 2), "x[0].expand(-1, 2)"),
	with("lead", []int{3, 1}, expansion(2, 3, 2), "x[0].expand(2, 3, 2)"),
	with("scalar", []int{}, expansion(2, 2), "x[0].expand(2, 2)"),
	with("same", []int{2, 2}, expansion(2, 2), "x[0].expand(2, 2)"),
	empty(with("to nothing", []int{1, 3}, expansion(0, 3), "x[0].expand(0, 3)")),
	plainWith("bool", in{Shape: []int{1, 2}, Lo: 0, Hi: 2, Type: tensor.Bool}, expansion(2, 2), "x[0].expand(2, 2)"),
}})

func TestExpandMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.ShapeError](t, "Expand of [2 3]: only lengths of 1 can be repeated, not to [4 3]", func() { x.Expand(4, 3) })
	misuse[*tensor.ShapeError](t, "2 to 8 dimensions is wanted, not [3]", func() { x.Expand(3) })
	misuse[*tensor.ShapeError](t, "only lengths of 1", func() { x.Expand(-1, 2, 3) })
	misuse[*tensor.ShapeError](t, "at most 2147483647 elements", func() { tensor.Scalar(1).Expand(1<<20, 1<<20) })
}
