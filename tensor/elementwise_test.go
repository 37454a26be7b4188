package tensor_test

import (
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// labelled is a row's cases with a prefix before their labels and fewer ordinary
// values, for rows that call one operation with several options.
func labelled(prefix string, r row) []opCase {
	r.Cases[0].In[0].Shape = []int{2, 3}
	for i := range r.Cases {
		r.Cases[i].Label = strings.TrimSpace(prefix + " " + r.Cases[i].Label)
	}
	return r.Cases
}

// with adds cases to a row.
func (r row) with(cases ...opCase) row {
	r.Cases = append(r.Cases, cases...)
	return r
}

// integerCases call an operation of one or two arguments on every integer type.
func integerCases(arguments int, f func(x []*tensor.Tensor) *tensor.Tensor, torch string) []opCase {
	var cases []opCase
	for _, a := range []in{
		{Shape: []int{2, 5}, Type: tensor.Int64, Lo: -9, Hi: 10},
		{Shape: []int{2, 5}, Type: tensor.Int32, Lo: -9, Hi: 10},
		{Shape: []int{2, 5}, Type: tensor.Uint8, Lo: 0, Hi: 256},
	} {
		c := opCase{Label: a.Type.String(), F: one(f), Torch: torch, Plain: true}
		for range arguments {
			c.In = append(c.In, a)
		}
		cases = append(cases, c)
	}
	return cases
}

func unaryInteger(f func(*tensor.Tensor) *tensor.Tensor, torch string) []opCase {
	return integerCases(1, func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) }, torch)
}

func binaryInteger(f func(a, b *tensor.Tensor) *tensor.Tensor, torch string) []opCase {
	return integerCases(2, func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) }, torch)
}

func TestElementwiseMisuse(t *testing.T) {
	ints := tensor.FromSlice([]int64{1, 2})
	bools := tensor.FromSlice([]bool{true, false})
	x := tensor.Ones(2, 3)
	for name, f := range map[string]func(*tensor.Tensor) *tensor.Tensor{
		"Exp": (*tensor.Tensor).Exp, "Expm1": (*tensor.Tensor).Expm1, "Log": (*tensor.Tensor).Log, "Log1p": (*tensor.Tensor).Log1p,
		"Sqrt": (*tensor.Tensor).Sqrt, "Rsqrt": (*tensor.Tensor).Rsqrt, "Reciprocal": (*tensor.Tensor).Reciprocal,
		"Sin": (*tensor.Tensor).Sin, "Cos": (*tensor.Tensor).Cos, "Tanh": (*tensor.Tensor).Tanh, "Sigmoid": (*tensor.Tensor).Sigmoid,
		"LogSigmoid": (*tensor.Tensor).LogSigmoid, "GELU": (*tensor.Tensor).GELU, "GELUTanh": (*tensor.Tensor).GELUTanh,
		"SiLU": (*tensor.Tensor).SiLU, "Softplus": (*tensor.Tensor).Softplus, "Erf": (*tensor.Tensor).Erf,
		"Floor": (*tensor.Tensor).Floor, "Ceil": (*tensor.Tensor).Ceil, "Round": (*tensor.Tensor).Round,
	} {
		misuse[*tensor.DTypeError](t, name+" of int64: floats are wanted; convert with To(tensor.Float32)", func() { f(ints) })
	}
	misuse[*tensor.DTypeError](t, "DivScalar of int64: floats are wanted", func() { ints.DivScalar(2) })
	misuse[*tensor.DTypeError](t, "LeakyReLU of int64", func() { ints.LeakyReLU(0.1) })
	misuse[*tensor.DTypeError](t, "ELU of int64", func() { ints.ELU(1) })
	misuse[*tensor.DTypeError](t, "Div of int64 and int64: floats are wanted; convert with To(tensor.Float32)", func() { ints.Div(ints) })
	misuse[*tensor.DTypeError](t, "Neg of bool: numbers are wanted", func() { bools.Neg() })
	misuse[*tensor.DTypeError](t, "Add of bool and bool: numbers are wanted", func() { bools.Add(bools) })
	misuse[*tensor.DTypeError](t, "Add of int64 and float32: the element types must be equal", func() { ints.Add(tensor.Ones(2)) })
	misuse[*tensor.DTypeError](t, "whole exponents from 0 on, not 0.5", func() { ints.Pow(0.5) })
	misuse[*tensor.DTypeError](t, "whole exponents from 0 on, not -1", func() { ints.Pow(-1) })
	misuse[*tensor.ShapeError](t, "Sub of [2 3] and [2]: aligned at the right, lengths must be equal or 1", func() { x.Sub(tensor.Ones(2)) })
	misuse[*tensor.ShapeError](t, "Maximum of [2 3] and [3 2]", func() { x.Maximum(tensor.Ones(3, 2)) })
}
