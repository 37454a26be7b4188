package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// triangleRow is the row of Tril or Triu.
func triangleRow(name string, f func(t *tensor.Tensor, k int) *tensor.Tensor, torch string) row {
	at := func(k int) func(t *tensor.Tensor) *tensor.Tensor {
		return func(t *tensor.Tensor) *tensor.Tensor { return f(t, k) }
	}
	call := "x[0]." + torch
	r := row{Name: name, Cases: []opCase{
		with("", []int{3, 3}, at(0), call+"()"),
		with("above", []int{3, 4}, at(1), call+"(1)"),
		with("below", []int{4, 2}, at(-1), call+"(-1)"),
		with("many", []int{2, 2, 3}, at(0), call+"()"),
		empty(with("far above", []int{2, 2}, at(math.MaxInt), call+"(9)")),
		empty(with("far below", []int{2, 2}, at(math.MinInt), call+"(-9)")),
		empty(with("empty", []int{0, 2}, at(0), call+"()")),
		plainWith("int64", in{Shape: []int{3, 3}, Lo: -9, Hi: 9, Type: tensor.Int64}, at(0), call+"()"),
		plainWith("bool", mask([]int{2, 2}, 1, 1, 1, 1), at(0), call+"()"),
	}}
	c := with("not finite", []int{2, 2}, at(0), call+"()")
	c.In[0].Values, c.Kinks = []float64{math.NaN(), math.Inf(1), math.NaN(), math.Inf(-1)}, true
	r.Cases = append(r.Cases, c)
	return r
}

var (
	_ = op(triangleRow("Tril", (*tensor.Tensor).Tril, "tril"))
	_ = op(triangleRow("Triu", (*tensor.Tensor).Triu, "triu"))
)

func TestTrilMisuse(t *testing.T) {
	misuse[*tensor.ShapeError](t, "Tril of [3]: matrices are wanted", func() { tensor.Zeros(3).Tril(0) })
	misuse[*tensor.ShapeError](t, "Triu", func() { tensor.Scalar(1).Triu(0) })
}
