package tensor_test

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func TestEdit(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 3, 2)
	tensor.Edit(x.Slice(0, 1, 3, 1), func(data []float32) {
		for i := range data {
			data[i] *= 10
		}
	})
	if got := tensor.Data[float32](x); !slices.Equal(got, []float32{1, 2, 30, 40, 50, 60}) {
		t.Errorf("after the edit of two rows: %v", got)
	}
	empty := tensor.Zeros(0, 2)
	tensor.Edit(empty, func(data []float32) {
		if len(data) != 0 {
			t.Errorf("an empty tensor has %d elements", len(data))
		}
	})
	nothing := func([]float32) {}
	misuse[*tensor.ShapeError](t, "row-major order; Contiguous copies them so", func() { tensor.Edit(x.Transpose(0, 1), nothing) })
	misuse[*tensor.DTypeError](t, "the elements are float32, not float64", func() { tensor.Edit(x, func([]float64) {}) })
	misuse[*tensor.ShapeError](t, "Edit", func() { tensor.Edit(nil, nothing) })
	misuse[*tensor.ShapeError](t, "a function that changes the elements is wanted", func() { tensor.Edit[float32](x, nil) })
	misuse[*tensor.GraphError](t, "the tensor is tracked", func() { tensor.Edit(tensor.Zeros(2).RequireGrad().MulScalar(2), nothing) })
}

// TestEditInGraph: what a graph has recorded notices the change.
func TestEditInGraph(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 2}).RequireGrad()
	y := tensor.FromSlice([]float32{3, 4})
	loss := x.Mul(y).Sum()
	tensor.Edit(y, func(data []float32) { data[0] = 7 })
	defer func() {
		if recover() == nil {
			t.Error("Backward used an operand that was changed since")
		}
	}()
	loss.Backward()
}

// TestEditPanics: an edit that breaks off half-way counts as a change, and its slice does
// not reach into the rows behind.
func TestEditPanics(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 2}).RequireGrad()
	y := tensor.FromSlice([]float32{3, 4, 5})
	loss := x.Mul(y.Slice(0, 0, 2, 1)).Sum()
	tensor.Edit(y.Slice(0, 0, 2, 1), func(data []float32) { _ = append(data, 9) })
	if got := tensor.Data[float32](y); got[2] != 5 {
		t.Errorf("an append wrote into the rest: %v", got)
	}
	func() {
		defer func() { recover() }()
		tensor.Edit(y, func(data []float32) {
			data[0] = 7
			panic("half-way")
		})
	}()
	defer func() {
		if recover() == nil {
			t.Error("Backward used an operand that was changed since")
		}
	}()
	loss.Backward()
}
