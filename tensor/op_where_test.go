package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var (
	whereCall = one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Where(x[2], x[0], x[1]) })

	_ = op(row{Name: "Where", Func: tensor.Where, Cases: []opCase{
		{In: []in{{Shape: []int{2, 3}}, {Shape: []int{2, 3}}, mask([]int{2, 3}, 1, 0, 0, 1, 1, 0)}, F: whereCall, Torch: "torch.where(x[2], x[0], x[1])"},
		{Label: "broadcast", In: []in{{Shape: []int{3}}, {Shape: []int{2, 1}}, mask([]int{2, 1, 1}, 1, 0)}, F: whereCall, Torch: "torch.where(x[2], x[0], x[1])"},
		{Label: "scalar", In: []in{{Shape: []int{}}, {Shape: []int{2}}, mask([]int{2}, 1, 0)}, F: whereCall, Torch: "torch.where(x[2], x[0], x[1])"},
		// what is not taken gives nothing to the gradient, not even NaN
		{Label: "kinks", Kinks: true, In: []in{special(), {Shape: []int{1}, Values: []float64{0}}, mask([]int{19}, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0)},
			F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Where(x[2], x[0].Mul(x[0]), x[1]) }),
			Torch: "torch.where(x[2], x[0] * x[0], x[1])"},
		{Label: "int32", Plain: true, In: []in{{Shape: []int{2}, Lo: -9, Hi: 9, Type: tensor.Int32}, {Shape: []int{2}, Lo: -9, Hi: 9, Type: tensor.Int32}, mask([]int{2}, 1, 0)}, F: whereCall, Torch: "torch.where(x[2], x[0], x[1])"},
		{Label: "uint8", Plain: true, In: []in{{Shape: []int{2}, Lo: 0, Hi: 9, Type: tensor.Uint8}, {Shape: []int{1}, Lo: 0, Hi: 9, Type: tensor.Uint8}, mask([]int{2}, 1, 0)}, F: whereCall, Torch: "torch.where(x[2], x[0], x[1])"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{0}}, {Shape: []int{1}}, mask([]int{}, 1)}, F: whereCall, Torch: "torch.where(x[2], x[0], x[1])"},
	}})
)

func TestWhereMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	hit := tensor.OnesOf(tensor.Bool, 2, 3)
	misuse[*tensor.DTypeError](t, "the condition must hold bools", func() { tensor.Where(x, x, x) })
	misuse[*tensor.DTypeError](t, "equal", func() { tensor.Where(hit, x, x.To(tensor.Float64)) })
	misuse[*tensor.ShapeError](t, "Where of [2 3] and [4]", func() { tensor.Where(hit, x, tensor.Zeros(4)) })
	misuse[*tensor.ShapeError](t, "Where of [3] and [2]", func() { tensor.Where(tensor.OnesOf(tensor.Bool, 2), tensor.Zeros(3), tensor.Zeros(1)) })
}
