package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var (
	_ = op(row{Name: "Permute", Cases: []opCase{
		with("", []int{2, 3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(2, 0, 1) }, "x[0].permute(2, 0, 1)"),
		with("negative", []int{2, 3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(-1, -3, -2) }, "x[0].permute(-1, -3, -2)"),
		with("ones", []int{1, 3, 1}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(2, 1, 0) }, "x[0].permute(2, 1, 0)"),
		with("scalar", []int{}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute() }, "x[0].permute(())"),
		empty(with("empty", []int{2, 0, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(1, 2, 0) }, "x[0].permute(1, 2, 0)")),
		plainWith("int64", in{Shape: []int{2, 3}, Lo: -9, Hi: 9, Type: tensor.Int64}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(1, 0) }, "x[0].permute(1, 0)"),
	}})
	_ = op(row{Name: "Transpose", Cases: []opCase{
		with("", []int{2, 3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(0, 2) }, "x[0].transpose(0, 2)"),
		with("negative", []int{2, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(-1, -2) }, "x[0].transpose(-1, -2)"),
		with("itself", []int{2, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(1, 1) }, "x[0].transpose(1, 1)"),
	}})
)

func TestPermuteMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.ShapeError](t, "Permute of [2 3]: every dimension must be named once, not [0 0]", func() { x.Permute(0, 0) })
	misuse[*tensor.ShapeError](t, "named once, not [0 -2]", func() { x.Permute(0, -2) })
	misuse[*tensor.ShapeError](t, "named once, not [0]", func() { x.Permute(0) })
	misuse[*tensor.IndexError](t, "between -2 and 1", func() { x.Permute(0, 2) })
	misuse[*tensor.IndexError](t, "Transpose", func() { x.Transpose(0, 2) })
}
