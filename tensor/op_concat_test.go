package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func concat(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Concat(dim, x...) })
}

func stack(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Stack(dim, x...) })
}

var (
	_ = op(row{Name: "Concat", Func: tensor.Concat, Cases: []opCase{
		{In: []in{{Shape: []int{2, 3}}, {Shape: []int{1, 3}}}, F: concat(0), Torch: "torch.cat(x, 0)"},
		{Label: "five along the last", In: []in{{Shape: []int{2, 1}}, {Shape: []int{2, 2}}, {Shape: []int{2, 1}}, {Shape: []int{2, 3}}, {Shape: []int{2, 1}}},
			F: concat(-1), Torch: "torch.cat(x, -1)"},
		{Label: "one", In: []in{{Shape: []int{2, 2}}}, F: concat(1), Torch: "torch.cat(x, 1)"},
		{Label: "twice the same", In: []in{{Shape: []int{2, 2}}}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Concat(0, x[0], x[0]) }),
			Torch: "torch.cat([x[0], x[0]], 0)"},
		{Label: "with an empty one", Kinks: true, In: []in{{Shape: []int{2, 1}}, {Shape: []int{2, 0}}, {Shape: []int{2, 2}}}, F: concat(1), Torch: "torch.cat(x, 1)"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{0, 3}}, {Shape: []int{0, 3}}}, F: concat(0), Torch: "torch.cat(x, 0)"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{2}, Lo: -5, Hi: 5, Type: tensor.Int64}, {Shape: []int{3}, Lo: -5, Hi: 5, Type: tensor.Int64}}, F: concat(0), Torch: "torch.cat(x, 0)"},
		{Label: "bool", Plain: true, In: []in{{Shape: []int{2}, Lo: 0, Hi: 2, Type: tensor.Bool}, {Shape: []int{1}, Lo: 0, Hi: 2, Type: tensor.Bool}}, F: concat(0), Torch: "torch.cat(x, 0)"},
	}})
	_ = op(row{Name: "Stack", Func: tensor.Stack, Cases: []opCase{
		{In: []in{{Shape: []int{2, 3}}, {Shape: []int{2, 3}}}, F: stack(0), Torch: "torch.stack(x, 0)"},
		{Label: "middle", In: []in{{Shape: []int{2, 3}}, {Shape: []int{2, 3}}}, F: stack(1), Torch: "torch.stack(x, 1)"},
		{Label: "last", In: []in{{Shape: []int{2, 3}}, {Shape: []int{2, 3}}, {Shape: []int{2, 3}}, {Shape: []int{2, 3}}}, F: stack(-1), Torch: "torch.stack(x, -1)"},
		{Label: "scalars", In: []in{{Shape: []int{}}, {Shape: []int{}}}, F: stack(0), Torch: "torch.stack(x, 0)"},
		{Label: "uint8", Plain: true, In: []in{{Shape: []int{2}, Lo: 0, Hi: 255, Type: tensor.Uint8}, {Shape: []int{2}, Lo: 0, Hi: 255, Type: tensor.Uint8}}, F: stack(1), Torch: "torch.stack(x, 1)"},
	}})
)

func TestConcatMisuse(t *testing.T) {
	a := tensor.Zeros(2, 3)
	misuse[*tensor.ShapeError](t, "Concat of [2 3] and [2 4]: the shapes must agree except in dimension 0", func() { tensor.Concat(0, a, tensor.Zeros(2, 4)) })
	misuse[*tensor.ShapeError](t, "must agree", func() { tensor.Concat(0, a, tensor.Zeros(2)) })
	misuse[*tensor.ShapeError](t, "at least one tensor", func() { tensor.Concat(0) })
	misuse[*tensor.DTypeError](t, "convert one with To", func() { tensor.Concat(0, a, tensor.ZerosOf(tensor.Float64, 2, 3)) })
	misuse[*tensor.IndexError](t, "between -2 and 1", func() { tensor.Concat(2, a, a) })
	misuse[*tensor.IndexError](t, "a scalar has no dimensions", func() { tensor.Concat(0, tensor.Scalar(1)) })
	misuse[*tensor.ShapeError](t, "Stack of [2 3] and [2 4]: the shapes must be equal", func() { tensor.Stack(0, a, tensor.Zeros(2, 4)) })
	misuse[*tensor.ShapeError](t, "at least one tensor", func() { tensor.Stack(0) })
	misuse[*tensor.IndexError](t, "Stack of index 3", func() { tensor.Stack(3, a, a) })
	misuse[*tensor.ShapeError](t, "Stack", func() { tensor.Stack(0, tensor.Zeros(1, 1, 1, 1, 1, 1, 1, 1)) })
}
