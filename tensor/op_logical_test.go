package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// logicalRow is the row of a function of two bools.
func logicalRow(name string, f func(a, b *tensor.Tensor) *tensor.Tensor, torch string) row {
	call := one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) })
	return row{Name: name, Cases: []opCase{
		{In: []in{mask([]int{4}, 0, 0, 1, 1), mask([]int{4}, 0, 1, 0, 1)}, F: call, Torch: torch, Plain: true},
		{Label: "broadcast", In: []in{mask([]int{2, 1}, 0, 1), mask([]int{2}, 0, 1)}, F: call, Torch: torch, Plain: true},
		{Label: "empty", In: []in{mask([]int{0, 2}), mask([]int{2}, 0, 1)}, F: call, Torch: torch, Plain: true},
	}}
}

// testRow is the row of a property of each element.
func testRow(name string, f func(t *tensor.Tensor) *tensor.Tensor, torch string) row {
	return row{Name: name, Cases: []opCase{
		plainWith("", special(), f, torch),
		plainWith("int64", in{Shape: []int{3}, Lo: -9, Hi: 9, Type: tensor.Int64}, f, torch),
		plainWith("bool", mask([]int{2}, 0, 1), f, torch),
		plainWith("empty", in{Shape: []int{0}}, f, torch),
	}}
}

// quantifierRow is the row of Any or All.
func quantifierRow(name string, f func(t *tensor.Tensor, dims ...int) *tensor.Tensor, torch string) row {
	over := func(dims ...int) func(t *tensor.Tensor) *tensor.Tensor {
		return func(t *tensor.Tensor) *tensor.Tensor { return f(t, dims...) }
	}
	m := mask([]int{3, 2}, 0, 0, 1, 0, 1, 1)
	call := "torch." + torch
	return row{Name: name, Cases: []opCase{
		plainWith("", m, over(), call+"(x[0])"),
		plainWith("rows", m, over(1), call+"(x[0], 1)"),
		plainWith("columns", m, over(-2), call+"(x[0], -2)"),
		plainWith("two", mask([]int{2, 2, 2}, 0, 0, 1, 0, 1, 1, 1, 1), over(0, 2), call+"(x[0], (0, 2))"),
		plainWith("scalar", mask([]int{}, 1), over(), call+"(x[0])"),
		plainWith("floats", special(), over(), call+"(x[0])"),
		plainWith("int64", in{Shape: []int{2, 2}, Values: []float64{0, 256, 0, 0}, Type: tensor.Int64}, over(1), call+"(x[0], 1)"),
		plainWith("uint8", in{Shape: []int{2, 2}, Values: []float64{2, 4, 0, 1}, Type: tensor.Uint8}, over(1), call+"(x[0].bool(), 1)"),
		plainWith("of nothing", mask([]int{2, 0}), over(1), call+"(x[0], 1)"),
		plainWith("empty", mask([]int{0, 2}), over(1), call+"(x[0], 1)"),
	}}
}

var (
	_ = op(logicalRow("And", (*tensor.Tensor).And, "x[0] & x[1]"))
	_ = op(logicalRow("Or", (*tensor.Tensor).Or, "x[0] | x[1]"))
	_ = op(logicalRow("Xor", (*tensor.Tensor).Xor, "x[0] ^ x[1]"))
	_ = op(row{Name: "Not", Cases: []opCase{
		plainWith("", mask([]int{2, 2}, 0, 1, 1, 0), (*tensor.Tensor).Not, "~x[0]"),
		plainWith("of a transpose", mask([]int{2, 3}, 0, 1, 1, 0, 0, 0), func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(0, 1).Not() }, "~x[0].t()"),
	}})
	_ = op(testRow("IsNaN", (*tensor.Tensor).IsNaN, "x[0].isnan()"))
	_ = op(testRow("IsInf", (*tensor.Tensor).IsInf, "x[0].isinf()"))
	_ = op(testRow("IsFinite", (*tensor.Tensor).IsFinite, "x[0].isfinite()"))
	_ = op(quantifierRow("Any", (*tensor.Tensor).Any, "any"))
	_ = op(quantifierRow("All", (*tensor.Tensor).All, "all"))
)

func TestLogicalMisuse(t *testing.T) {
	m := tensor.OnesOf(tensor.Bool, 2)
	misuse[*tensor.DTypeError](t, "each operand must hold bools", func() { m.And(tensor.Zeros(2)) })
	misuse[*tensor.DTypeError](t, "Or of int64", func() { tensor.ZerosOf(tensor.Int64, 2).Or(m) })
	misuse[*tensor.DTypeError](t, "Not of float32", func() { tensor.Zeros(2).Not() })
	misuse[*tensor.ShapeError](t, "Xor of [2] and [3]", func() { m.Xor(tensor.OnesOf(tensor.Bool, 3)) })
	misuse[*tensor.IndexError](t, "Any", func() { m.Any(1) })
	misuse[*tensor.IndexError](t, "named once", func() { m.All(0, -1) })
}
