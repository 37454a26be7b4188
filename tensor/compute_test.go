package tensor_test

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "Compute", Func: tensor.Compute[float32, float32], NoGolden: "it computes what it is given; TestCompute covers it"})

func twice(y, x []float32) {
	for i := range y {
		y[i] = 2 * x[i]
	}
}

func TestCompute(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	y := tensor.Compute(x.Transpose(0, 1), twice, 6)
	if got := tensor.Data[float32](y); !slices.Equal(got, []float32{2, 8, 4, 10, 6, 12}) {
		t.Errorf("twice a transposed tensor: %v", got)
	}
	sum := tensor.Compute(x, func(y []int64, x []float32) {
		y[0] = 0
		for _, v := range x {
			y[0] += int64(v)
		}
	})
	if sum.Dim() != 0 || sum.Item() != 21 {
		t.Errorf("a sum: %v", sum)
	}
	empty := tensor.Compute(tensor.Zeros(0, 2), twice, 2, 0)
	if !slices.Equal(empty.Shape(), []int{2, 0}) {
		t.Errorf("of nothing: %v", empty)
	}
	misuse[*tensor.DTypeError](t, "the elements are float32, not float64", func() { tensor.Compute(x, func(y, x []float64) {}, 6) })
	misuse[*tensor.ShapeError](t, "Compute", func() { tensor.Compute(nil, twice, 6) })
	misuse[*tensor.ShapeError](t, "lengths must not be negative", func() { tensor.Compute(x, twice, -6) })
	misuse[*tensor.ShapeError](t, "a function that writes the elements is wanted", func() { tensor.Compute[float32, float32](x, nil, 6) })
	misuse[*tensor.GraphError](t, "Detach it first", func() { tensor.Compute(tensor.Zeros(6).RequireGrad(), twice, 6) })
}

// TestComputeInScope: the result's memory is the Scope's, and goes to the next call.
func TestComputeInScope(t *testing.T) {
	var scope tensor.Scope
	scope.Reset()
	x := scope.Within(tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}))
	var first, second *float32
	y := tensor.Compute(x, func(y, x []float32) { first = &y[0]; twice(y, x) }, 6)
	scope.Reset()
	tensor.Compute(x, func(y, x []float32) { second = &y[0]; twice(y, x) }, 6)
	if first != second {
		t.Error("the memory of a result that was no longer wanted was not used again")
	}
	if !goesStale(func() { y.Sum() }) {
		t.Error("a result is usable after its memory was given away")
	}
}
