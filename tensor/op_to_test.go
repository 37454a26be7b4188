package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func converted(dtype tensor.DType) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.To(dtype) }
}

// toDouble is a case whose result is float64 whatever the argument is.
func toDouble(c opCase) opCase {
	c.Float64Only = true
	return c
}

var _ = op(row{Name: "To", Cases: []opCase{
	toDouble(with("", []int{2, 3}, converted(tensor.Float64), "x[0].double()")),
	// through float32 and back: values that it holds exactly
	{Label: "rounded", In: []in{{Shape: []int{3}, Values: []float64{1.5, -0.25, 3}}}, Kinks: true,
		F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].To(tensor.Float32).To(tensor.Float64) }),
		Torch: "x[0].float().double()", Float64Only: true},
	plainWith("to int64", in{Shape: []int{6}, Values: []float64{0, 1.9, -1.9, 1e9, -0.5, 255}}, converted(tensor.Int64), "x[0].long()"),
	plainWith("to int32", in{Shape: []int{4}, Values: []float64{0, 1.9, -1.9, 70000}}, converted(tensor.Int32), "x[0].int()"),
	plainWith("to uint8", in{Shape: []int{4}, Values: []float64{0, 1.9, 255, 200.5}}, converted(tensor.Uint8), "x[0].byte()"),
	plainWith("to bool", in{Shape: []int{6}, Values: []float64{0, math.Copysign(0, -1), 0.1, -3, math.NaN(), math.Inf(1)}}, converted(tensor.Bool), "x[0].bool()"),
	toDouble(plainWith("from bool", in{Shape: []int{4}, Values: []float64{0, 1, 1, 0}, Type: tensor.Bool}, converted(tensor.Float64), "x[0].double()")),
	plainWith("bool to int32", in{Shape: []int{2}, Values: []float64{0, 1}, Type: tensor.Bool}, converted(tensor.Int32), "x[0].int()"),
	toDouble(plainWith("from int64", in{Shape: []int{3}, Values: []float64{-3, 0, 1 << 40}, Type: tensor.Int64}, converted(tensor.Float64), "x[0].double()")),
	plainWith("wrapped", in{Shape: []int{4}, Values: []float64{-1, 256, 300, -300}, Type: tensor.Int64}, converted(tensor.Uint8), "x[0].byte()"),
	plainWith("int64 to int32", in{Shape: []int{2}, Values: []float64{1<<32 + 5, -1}, Type: tensor.Int64}, converted(tensor.Int32), "x[0].int()"),
	plainWith("empty", in{Shape: []int{0, 2}}, converted(tensor.Int64), "x[0].long()"),
}})

func TestToMisuse(t *testing.T) {
	misuse[*tensor.DTypeError](t, "there is no element type 9", func() { tensor.Zeros(2).To(9) })
}

func TestToSameType(t *testing.T) {
	x := tensor.Zeros(2).RequireGrad()
	if x.To(tensor.Float32) != x {
		t.Error("To the type that a tensor has made another tensor")
	}
	if x.To(tensor.Int64).Tracked() {
		t.Error("integers are tracked")
	}
}
