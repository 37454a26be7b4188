package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func repeat(times ...int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.Repeat(times...) }
}

var _ = op(row{Name: "Repeat", Cases: []opCase{
	with("", []int{2, 3}, repeat(2, 3), "x[0].repeat(2, 3)"),
	with("lead", []int{2}, repeat(3, 1, 2), "x[0].repeat(3, 1, 2)"),
	with("once", []int{2, 2}, repeat(1, 1), "x[0].repeat(1, 1)"),
	with("scalar", []int{}, repeat(3), "x[0].repeat(3)"),
	with("scalar once", []int{}, repeat(), "x[0].repeat(())"),
	with("eight dimensions", []int{1, 2, 1, 1, 1, 1, 1, 2}, repeat(2, 1, 1, 1, 2, 1, 1, 2), "x[0].repeat(2, 1, 1, 1, 2, 1, 1, 2)"),
	empty(with("none", []int{2, 3}, repeat(0, 2), "x[0].repeat(0, 2)")),
	empty(with("empty", []int{0, 2}, repeat(3, 2), "x[0].repeat(3, 2)")),
	plainWith("int64", in{Shape: []int{2}, Lo: -9, Hi: 9, Type: tensor.Int64}, repeat(2), "x[0].repeat(2)"),
}})

func TestRepeatCopies(t *testing.T) {
	for _, shape := range [][]int{{2, 2}, {1, 1}} {
		for _, times := range [][]int{{1, 1}, {1, 3}, {2, 1, 1}} {
			x := tensor.Zeros(shape...)
			y := x.Repeat(times...)
			y.FillInPlace(1) // refused where elements share memory
			if x.Sum().Item() != 0 {
				t.Errorf("Repeat %v of %v shares memory with it", times, shape)
			}
		}
	}
}

func TestRepeatMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.ShapeError](t, "Repeat of [2 3]: 2 to 8 numbers are wanted, not [2]", func() { x.Repeat(2) })
	misuse[*tensor.ShapeError](t, "must not be negative", func() { x.Repeat(2, -1) })
	misuse[*tensor.ShapeError](t, "at most 2147483647 elements", func() { x.Repeat(1<<30, 1) })
	misuse[*tensor.ShapeError](t, "at most 2147483647 elements", func() { x.Repeat(1<<62, 1) })
}
