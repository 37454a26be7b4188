package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// chosenRow is the row of Max or Min along a dimension.
func chosenRow(name string, f func(t *tensor.Tensor, dim int) (values, indices *tensor.Tensor), torch string) row {
	along := func(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
		return pair(func(t *tensor.Tensor) (*tensor.Tensor, *tensor.Tensor) { return f(t, dim) })
	}
	call := "x[0]." + torch
	return row{Name: name, Cases: []opCase{
		{In: []in{distinct(3, 4)}, F: along(1), Torch: call + "(1)", NoBroadcast: unordered},
		{Label: "first", In: []in{distinct(3, 2, 2)}, F: along(-3), Torch: call + "(-3)", NoBroadcast: unordered},
		{Label: "vector", In: []in{distinct(5)}, F: along(0), Torch: call + "(0)", NoBroadcast: unordered},
		{Label: "of one", In: []in{distinct(3, 1)}, F: along(1), Torch: call + "(1)"},
		{Label: "ties", Kinks: true, In: []in{{Shape: []int{3, 4}, Values: []float64{1, 3, 3, 1, 2, 2, 2, 2, -1, -5, -1, -5}}}, F: along(1), Torch: call + "(1)"},
		{Label: "not finite", Kinks: true, In: []in{{Shape: []int{4, 3}, Values: []float64{1, math.NaN(), math.NaN(), math.Inf(1), 0, math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1), math.NaN(), 1, 2}}},
			F: along(1), Torch: call + "(1)"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{0, 3}}}, F: along(1), Torch: call + "(1)"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{2, 3}, Values: []float64{4, 4, -1, 0, 7, 7}, Type: tensor.Int64}}, F: along(1), Torch: call + "(1)"},
		{Label: "uint8", Plain: true, In: []in{{Shape: []int{3}, Values: []float64{4, 200, 1}, Type: tensor.Uint8}}, F: along(0), Torch: call + "(0)"},
		{Label: "bool", Plain: true, In: []in{mask([]int{2, 2}, 0, 1, 1, 1)}, F: along(1), Torch: call + "(1)"},
	}}
}

// positionRow is the row of ArgMax or ArgMin.
func positionRow(name string, f func(t *tensor.Tensor, dim int) *tensor.Tensor, torch string) row {
	along := func(dim int) func(t *tensor.Tensor) *tensor.Tensor {
		return func(t *tensor.Tensor) *tensor.Tensor { return f(t, dim) }
	}
	call := "x[0]." + torch
	return row{Name: name, Cases: []opCase{
		plainWith("", in{Shape: []int{3, 4}}, along(1), call+"(1)"),
		plainWith("first", in{Shape: []int{3, 4}}, along(-2), call+"(-2)"),
		plainWith("ties", in{Shape: []int{2, 4}, Values: []float64{1, 3, 3, 1, 2, 2, 2, 2}}, along(1), call+"(1)"),
		plainWith("not finite", in{Shape: []int{2, 3}, Values: []float64{1, math.NaN(), math.NaN(), math.Inf(1), 0, math.Inf(-1)}}, along(1), call+"(1)"),
		plainWith("int32", in{Shape: []int{4}, Values: []float64{1, 3, -3, 1}, Type: tensor.Int32}, along(0), call+"(0)"),
		plainWith("of a transpose", in{Shape: []int{3, 4}}, func(t *tensor.Tensor) *tensor.Tensor { return f(t.Transpose(0, 1), 0) }, "x[0].t()."+torch+"(0)"),
		plainWith("empty", in{Shape: []int{0, 3}}, along(1), call+"(1)"),
	}}
}

// overallRow is the row of MaxAll or MinAll.
func overallRow(name string, f func(t *tensor.Tensor) *tensor.Tensor, torch string) row {
	r := row{Name: name, Cases: []opCase{
		{In: []in{distinct(3, 4)}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) }), Torch: torch, NoBroadcast: unordered},
		with("scalar", []int{}, f, torch),
		plainWith("int64", in{Shape: []int{2, 3}, Lo: -9, Hi: 9, Type: tensor.Int64}, f, torch),
	}}
	for _, k := range []struct {
		label  string
		values []float64
	}{
		{"ties", []float64{1, -2, 1, -2, 1, 0}},
		{"NaN", []float64{1, math.NaN(), 3, math.NaN()}},
		{"infinite", []float64{math.Inf(1), math.Inf(-1), math.Inf(1), 0}},
	} {
		c := with(k.label, []int{len(k.values)}, f, torch)
		c.In[0].Values, c.Kinks = k.values, true
		r.Cases = append(r.Cases, c)
	}
	return r
}

var (
	_ = op(chosenRow("Max", (*tensor.Tensor).Max, "max"))
	_ = op(chosenRow("Min", (*tensor.Tensor).Min, "min"))
	_ = op(positionRow("ArgMax", (*tensor.Tensor).ArgMax, "argmax"))
	_ = op(positionRow("ArgMin", (*tensor.Tensor).ArgMin, "argmin"))
	_ = op(overallRow("MaxAll", (*tensor.Tensor).MaxAll, "x[0].max()"))
	_ = op(overallRow("MinAll", (*tensor.Tensor).MinAll, "x[0].min()"))
)

func TestMaxMisuse(t *testing.T) {
	x := tensor.Zeros(2, 0)
	misuse[*tensor.ShapeError](t, "Max of [2 0]: dimension 1 has no elements to choose from", func() { x.Max(1) })
	misuse[*tensor.ShapeError](t, "ArgMin", func() { x.ArgMin(1) })
	misuse[*tensor.ShapeError](t, "MaxAll of [2 0]: there are no elements to choose from", func() { x.MaxAll() })
	misuse[*tensor.IndexError](t, "Min of index 2", func() { x.Min(2) })
	misuse[*tensor.DTypeError](t, "Any and All", func() { tensor.OnesOf(tensor.Bool, 2).MinAll() })
}
