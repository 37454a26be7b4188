package tensor_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	r := row{Name: "Clamp"}
	limits := [][2]float64{{-1, 1}, {-0.5, 0.5}, {math.Inf(-1), 1}, {0, math.Inf(1)}, {math.NaN(), 1}, {0, math.NaN()}, {1, -1}}
	for _, l := range limits {
		call := func(t *tensor.Tensor) *tensor.Tensor { return t.Clamp(l[0], l[1]) }
		torch := strings.NewReplacer("-Inf", "-math.inf", "+Inf", "math.inf", "NaN", "math.nan").
			Replace(fmt.Sprintf("torch.clamp(x[0], %v, %v)", l[0], l[1]))
		cases := labelled(fmt.Sprint(l[0], " to ", l[1]), unaryRow("Clamp", call, torch, -2, 2))
		if math.IsNaN(l[0] + l[1]) { // NaN has no difference quotient
			cases[0].Kinks = true
		}
		r.Cases = append(r.Cases, cases...)
	}
	return r.with(unaryInteger(func(t *tensor.Tensor) *tensor.Tensor { return t.Clamp(2, 5) }, "torch.clamp(x[0], 2, 5)")...)
}())

// TestClampInteger: limits that an integer type cannot hold limit nothing.
func TestClampInteger(t *testing.T) {
	inf := math.Inf(1)
	bytes := tensor.FromSlice([]uint8{0, 7, 255})
	if got := tensor.Data[uint8](bytes.Clamp(-5, inf)); !slices.Equal(got, []uint8{0, 7, 255}) {
		t.Errorf("uint8: %v", got)
	}
	words := tensor.FromSlice([]int32{math.MinInt32, -1, math.MaxInt32})
	if got := tensor.Data[int32](words.Clamp(-inf, 1e12)); !slices.Equal(got, []int32{math.MinInt32, -1, math.MaxInt32}) {
		t.Errorf("int32: %v", got)
	}
	longs := tensor.FromSlice([]int64{math.MinInt64, -1, math.MaxInt64})
	if got := tensor.Data[int64](longs.Clamp(-inf, inf)); !slices.Equal(got, []int64{math.MinInt64, -1, math.MaxInt64}) {
		t.Errorf("int64: %v", got)
	}
	misuse[*tensor.DTypeError](t, "Clamp of int64: integers have no NaN", func() { longs.Clamp(math.NaN(), 1) })
	misuse[*tensor.DTypeError](t, "Clamp of bool: numbers are wanted", func() { tensor.ZerosOf(tensor.Bool, 2).Clamp(0, math.NaN()) })
}
