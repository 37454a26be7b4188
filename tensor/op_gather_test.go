package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func gatherAt(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Gather(dim, x[1]) })
}

func scatterAddAt(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].ScatterAdd(dim, x[1], x[2]) })
}

var (
	_ = op(row{Name: "Gather", Cases: []opCase{
		{In: []in{{Shape: []int{2, 4}}, positionsOf([]int{2, 3}, 0, 3, 3, 1, 1, 2)}, F: gatherAt(1), Torch: "x[0].gather(1, x[1])"},
		{Label: "first", In: []in{{Shape: []int{3, 2}}, positionsOf([]int{4, 2}, 0, 2, 1, 2, 2, 0, 1, 1)}, F: gatherAt(0), Torch: "x[0].gather(0, x[1])"},
		{Label: "shorter", In: []in{{Shape: []int{3, 4, 2}}, positionsOf([]int{2, 3, 1}, 0, 3, 3, 1, 1, 2)}, F: gatherAt(-2), Torch: "x[0].gather(-2, x[1])"},
		{Label: "vector", In: []in{{Shape: []int{3}}, positionsOf([]int{5}, 2, 2, 0, 1, 2)}, F: gatherAt(0), Torch: "x[0].gather(0, x[1])"},
		{Label: "of a transpose", In: []in{{Shape: []int{4, 2}}, positionsOf([]int{2, 2}, 3, 0, 1, 1)},
			F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Transpose(0, 1).Gather(1, x[1].Transpose(0, 1)) }),
			Torch: "x[0].t().gather(1, x[1].t())"},
		{Label: "int32 indices", In: []in{{Shape: []int{3}}, {Shape: []int{2}, Values: []float64{2, 2}, Type: tensor.Int32}}, F: gatherAt(0), Torch: "x[0].gather(0, x[1].long())"},
		{Label: "none", Kinks: true, In: []in{{Shape: []int{3, 2}}, positionsOf([]int{0, 2})}, F: gatherAt(0), Torch: "x[0].gather(0, x[1])"},
		{Label: "bool", Plain: true, In: []in{{Shape: []int{4}, Lo: 0, Hi: 2, Type: tensor.Bool}, positionsOf([]int{3}, 3, 0, 2)}, F: gatherAt(0), Torch: "x[0].gather(0, x[1])"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{4}, Lo: -9, Hi: 9, Type: tensor.Int64}, positionsOf([]int{3}, 3, 0, 2)}, F: gatherAt(0), Torch: "x[0].gather(0, x[1])"},
	}})
	_ = op(row{Name: "ScatterAdd", Cases: []opCase{
		{In: []in{{Shape: []int{2, 4}}, positionsOf([]int{2, 3}, 0, 3, 3, 1, 1, 2), {Shape: []int{2, 3}}}, F: scatterAddAt(1), Torch: "x[0].scatter_add(1, x[1], x[2])"},
		{Label: "first", In: []in{{Shape: []int{2, 2}}, positionsOf([]int{3, 2}, 0, 1, 0, 0, 1, 0), {Shape: []int{3, 2}}}, F: scatterAddAt(0), Torch: "x[0].scatter_add(0, x[1], x[2])"},
		{Label: "shorter", In: []in{{Shape: []int{3, 4}}, positionsOf([]int{2, 2}, 3, 3, 1, 0), {Shape: []int{2, 2}}}, F: scatterAddAt(-1), Torch: "x[0].scatter_add(-1, x[1], x[2])"},
		// PyTorch has no gradient for a longer source, the first part's is checked
		{Label: "longer source", In: []in{{Shape: []int{3, 4}}, positionsOf([]int{2, 2}, 3, 3, 1, 0), {Shape: []int{3, 3}}}, F: scatterAddAt(1), Torch: "x[0].scatter_add(1, x[1], x[2][:2, :2])"},
		{Label: "vector", In: []in{{Shape: []int{3}}, positionsOf([]int{4}, 0, 2, 0, 0), {Shape: []int{4}}}, F: scatterAddAt(0), Torch: "x[0].scatter_add(0, x[1], x[2])"},
		{Label: "none", Kinks: true, In: []in{{Shape: []int{3}}, positionsOf([]int{0}), {Shape: []int{0}}}, F: scatterAddAt(0), Torch: "x[0].scatter_add(0, x[1], x[2])"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{2}, Lo: -9, Hi: 9, Type: tensor.Int64}, positionsOf([]int{3}, 1, 1, 0), {Shape: []int{3}, Lo: -9, Hi: 9, Type: tensor.Int64}},
			F: scatterAddAt(0), Torch: "x[0].scatter_add(0, x[1], x[2])"},
	}})
)

func TestGatherMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.IndexError](t, "Gather of index 4 on a tensor of shape [2 3]: dimension 1 has 3 elements, and the index at [1 0] of the indices of shape [2 1] is outside",
		func() { x.Gather(1, tensor.FromSlice([]int64{0, 4}, 2, 1)) })
	misuse[*tensor.ShapeError](t, "Gather of [2 3] and [3 1]: the indices must have", func() { x.Gather(1, tensor.ZerosOf(tensor.Int64, 3, 1)) })
	misuse[*tensor.ShapeError](t, "number of dimensions", func() { x.Gather(1, tensor.ZerosOf(tensor.Int64, 2)) })
	misuse[*tensor.DTypeError](t, "int64 or int32", func() { x.Gather(1, x) })
	misuse[*tensor.IndexError](t, "between -2 and 1", func() { x.Gather(2, tensor.ZerosOf(tensor.Int64, 2, 3)) })
	misuse[*tensor.IndexError](t, "a scalar has no dimensions", func() { tensor.Scalar(1).Gather(0, tensor.ZerosOf(tensor.Int64)) })
	idx := tensor.ZerosOf(tensor.Int64, 2, 3)
	misuse[*tensor.ShapeError](t, "ScatterAdd of [2 3] and [2 3] and [2 2]", func() { x.ScatterAdd(1, idx, tensor.Zeros(2, 2)) })
	misuse[*tensor.DTypeError](t, "equal", func() { x.ScatterAdd(1, idx, tensor.ZerosOf(tensor.Float64, 2, 3)) })
	misuse[*tensor.DTypeError](t, "numbers", func() { tensor.ZerosOf(tensor.Bool, 2, 3).ScatterAdd(1, idx, tensor.ZerosOf(tensor.Bool, 2, 3)) })
	misuse[*tensor.IndexError](t, "index -1", func() { x.ScatterAdd(0, tensor.FullOf(tensor.Int64, -1, 1, 3), tensor.Zeros(1, 3)) })
}
