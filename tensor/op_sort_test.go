package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// distinct is an argument whose elements keep their order under small changes.
func distinct(shape ...int) in { return in{Shape: shape, Apart: 0.05} }

// pair wraps an operation of values and indices.
func pair(f func(t *tensor.Tensor) (values, indices *tensor.Tensor)) func(x []*tensor.Tensor) []*tensor.Tensor {
	return func(x []*tensor.Tensor) []*tensor.Tensor {
		v, i := f(x[0])
		return []*tensor.Tensor{v, i}
	}
}

const unordered = "equal elements have no order of their own"

var (
	awkward = in{Shape: []int{9}, Values: []float64{2, math.NaN(), -1, math.Inf(1), 2, math.Inf(-1), 0, math.NaN(), 2}}

	_ = op(row{Name: "Sort", Cases: []opCase{
		{In: []in{distinct(3, 5)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(1) }), Torch: "x[0].sort(1)", NoBroadcast: unordered},
		{Label: "first", In: []in{distinct(4, 2, 3)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(-3) }), Torch: "x[0].sort(-3)", NoBroadcast: unordered},
		{Label: "long", In: []in{{Shape: []int{40}, Apart: 0.01}}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(0) }), Torch: "x[0].sort(0)", NoBroadcast: unordered},
		{Label: "ties and NaN", Kinks: true, In: []in{awkward}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(0) }), Torch: "x[0].sort(dim=0, stable=True)"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{2, 0}}}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(1) }), Torch: "x[0].sort(1)"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{2, 6}, Lo: -3, Hi: 3, Type: tensor.Int64}}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(1) }), Torch: "x[0].sort(dim=1, stable=True)"},
		{Label: "bool", Plain: true, In: []in{mask([]int{4}, 1, 0, 1, 0)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.Sort(0) }), Torch: "x[0].sort(dim=0, stable=True)"},
	}})
	_ = op(row{Name: "SortDescending", Cases: []opCase{
		{In: []in{distinct(3, 5)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.SortDescending(-1) }), Torch: "x[0].sort(-1, descending=True)", NoBroadcast: unordered},
		{Label: "ties and NaN", Kinks: true, In: []in{awkward}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.SortDescending(0) }), Torch: "x[0].sort(dim=0, descending=True, stable=True)"},
	}})
	_ = op(row{Name: "ArgSort", Cases: []opCase{
		plainWith("", distinct(3, 4), func(t *tensor.Tensor) *tensor.Tensor { return t.ArgSort(0) }, "x[0].argsort(0)"),
		plainWith("ties and NaN", awkward, func(t *tensor.Tensor) *tensor.Tensor { return t.ArgSort(0) }, "x[0].argsort(dim=0, stable=True)"),
	}})
	_ = op(row{Name: "TopK", Cases: []opCase{
		{In: []in{distinct(3, 5)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.TopK(2, 1) }), Torch: "x[0].topk(2, 1)", NoBroadcast: unordered},
		{Label: "first", In: []in{distinct(4, 2)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.TopK(3, -2) }), Torch: "x[0].topk(3, -2)", NoBroadcast: unordered},
		{Label: "all", In: []in{distinct(4)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.TopK(4, 0) }), Torch: "x[0].topk(4, 0)", NoBroadcast: unordered},
		{Label: "none", Kinks: true, In: []in{distinct(4)}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.TopK(0, 0) }), Torch: "x[0].topk(0, 0)"},
		{Label: "not finite", Kinks: true, In: []in{{Shape: []int{5}, Values: []float64{1, math.Inf(-1), math.NaN(), math.Inf(1), 0}}},
			F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.TopK(3, 0) }), Torch: "x[0].topk(3, 0)"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{4}, Values: []float64{3, 9, -1, 5}, Type: tensor.Int64}}, F: pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return t.TopK(2, 0) }), Torch: "x[0].topk(2, 0)"},
	}})
)

func TestSortMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.IndexError](t, "Sort of index 2", func() { x.Sort(2) })
	misuse[*tensor.IndexError](t, "SortDescending", func() { x.SortDescending(-3) })
	misuse[*tensor.IndexError](t, "ArgSort", func() { x.ArgSort(5) })
	misuse[*tensor.IndexError](t, "TopK of index 4 on a tensor of shape [2 3]: dimension 1 has 3 elements", func() { x.TopK(4, 1) })
	misuse[*tensor.IndexError](t, "between 0 and all", func() { x.TopK(-1, 1) })
}
