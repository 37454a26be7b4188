package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// compareRow is the row of a comparison of two tensors.
func compareRow(name string, f func(a, b *tensor.Tensor) *tensor.Tensor, operator string) row {
	call := one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) })
	torch := "x[0] " + operator + " x[1]"
	s := special()
	n := len(s.Values)
	shifted := append(append([]float64{}, s.Values[5:]...), s.Values[:5]...)
	ints := in{Shape: []int{8}, Lo: 0, Hi: 3}
	r := row{Name: name, Cases: []opCase{
		{In: []in{s, {Shape: []int{n}, Values: shifted}}, F: call, Torch: torch, Plain: true},
		{Label: "itself", In: []in{s}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[0]) }), Torch: "x[0] " + operator + " x[0]", Plain: true},
		{Label: "broadcast", In: []in{{Shape: []int{3, 1}, Lo: 0, Hi: 2}, {Shape: []int{2}, Lo: 0, Hi: 2}}, F: call, Torch: torch, Plain: true},
		{Label: "scalar", In: []in{{Shape: []int{}}, {Shape: []int{}}}, F: call, Torch: torch, Plain: true},
		{Label: "empty", In: []in{{Shape: []int{0, 3}}, {Shape: []int{3}}}, F: call, Torch: torch, Plain: true},
	}}
	for _, dtype := range []tensor.DType{tensor.Int64, tensor.Int32, tensor.Uint8, tensor.Bool} {
		a := ints
		a.Type = dtype
		if dtype == tensor.Bool {
			a.Hi = 2
		}
		r.Cases = append(r.Cases, opCase{Label: dtype.String(), In: []in{a, a}, F: call, Torch: torch, Plain: true})
	}
	return r
}

// compareScalarRow is the row of a comparison with a number.
func compareScalarRow(name string, f func(t *tensor.Tensor, v float64) *tensor.Tensor, operator string) row {
	with := func(v float64) func(x []*tensor.Tensor) []*tensor.Tensor {
		return one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], v) })
	}
	return row{Name: name, Cases: []opCase{
		{In: []in{special()}, F: with(-0.5), Torch: "x[0] " + operator + " -0.5", Plain: true},
		{Label: "zero", In: []in{special()}, F: with(0), Torch: "x[0] " + operator + " 0", Plain: true},
		{Label: "int64", In: []in{{Shape: []int{5}, Values: []float64{-1, 0, 1, 2, 3}, Type: tensor.Int64}}, F: with(1), Torch: "x[0] " + operator + " 1", Plain: true},
		{Label: "between integers", In: []in{{Shape: []int{5}, Values: []float64{-1, 0, 1, 2, 3}, Type: tensor.Int32}}, F: with(1.5), Torch: "x[0] " + operator + " 1.5", Plain: true},
		{Label: "beyond uint8", In: []in{{Shape: []int{3}, Values: []float64{0, 44, 255}, Type: tensor.Uint8}}, F: with(300), Torch: "x[0].long() " + operator + " 300", Plain: true},
		{Label: "below uint8", In: []in{{Shape: []int{2}, Values: []float64{0, 255}, Type: tensor.Uint8}}, F: with(-1), Torch: "x[0].long() " + operator + " -1", Plain: true},
		{Label: "beyond int64", In: []in{{Shape: []int{2}, Values: []float64{0, 5}, Type: tensor.Int64}}, F: with(1e30), Torch: "x[0].double() " + operator + " 1e30", Plain: true},
		{Label: "bool", In: []in{{Shape: []int{2}, Values: []float64{0, 1}, Type: tensor.Bool}}, F: with(1), Torch: "x[0] " + operator + " 1", Plain: true},
		{Label: "beyond bool", In: []in{{Shape: []int{2}, Values: []float64{0, 1}, Type: tensor.Bool}}, F: with(2), Torch: "x[0] " + operator + " 2", Plain: true},
		{Label: "empty", In: []in{{Shape: []int{0}}}, F: with(1), Torch: "x[0] " + operator + " 1", Plain: true},
	}}
}

var (
	_ = op(compareRow("Eq", (*tensor.Tensor).Eq, "=="))
	_ = op(compareRow("Ne", (*tensor.Tensor).Ne, "!="))
	_ = op(compareRow("Lt", (*tensor.Tensor).Lt, "<"))
	_ = op(compareRow("Le", (*tensor.Tensor).Le, "<="))
	_ = op(compareRow("Gt", (*tensor.Tensor).Gt, ">"))
	_ = op(compareRow("Ge", (*tensor.Tensor).Ge, ">="))
	_ = op(compareScalarRow("EqScalar", (*tensor.Tensor).EqScalar, "=="))
	_ = op(compareScalarRow("NeScalar", (*tensor.Tensor).NeScalar, "!="))
	_ = op(compareScalarRow("LtScalar", (*tensor.Tensor).LtScalar, "<"))
	_ = op(compareScalarRow("LeScalar", (*tensor.Tensor).LeScalar, "<="))
	_ = op(compareScalarRow("GtScalar", (*tensor.Tensor).GtScalar, ">"))
	_ = op(compareScalarRow("GeScalar", (*tensor.Tensor).GeScalar, ">="))
)

func TestCompareMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.ShapeError](t, "Eq of [2 3] and [2]: aligned at the right", func() { x.Eq(tensor.Zeros(2)) })
	misuse[*tensor.DTypeError](t, "Lt of float32 and int64", func() { x.Lt(tensor.ZerosOf(tensor.Int64, 2, 3)) })
}

// A float32 is compared with the number that float32 makes of a constant, as in
// PyTorch: a tensor of 0.1 is equal to 0.1.
func TestCompareScalarRounds(t *testing.T) {
	x := tensor.Full(0.1, 3)
	if x.EqScalar(0.1).All().Item() != 1 {
		t.Error("0.1 in float32 is not equal to 0.1")
	}
}
