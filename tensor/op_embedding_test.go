package tensor_test

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "Embedding", Func: tensor.Embedding, Cases: []opCase{
	embed("", []int{4, 3}, labels([]float64{0, 3, 1, 1, 3, 0}, 2, 3), "", tensor.EmbeddingOptions{}),
	embed("scalar", []int{4, 3}, labels([]float64{2}), "", tensor.EmbeddingOptions{}),
	embed("padding", []int{4, 3}, labels([]float64{0, 3, 1, 1, 3}, 5), ", padding_idx=0", tensor.EmbeddingOptions{Padding: []int{0}}),
	embed("padding from the end", []int{4, 3}, labels([]float64{0, 3, 1, 3}, 4), ", padding_idx=-1", tensor.EmbeddingOptions{Padding: []int{-1}}),
	embed("width 1", []int{4, 1}, labels([]float64{2, 2}, 2), "", tensor.EmbeddingOptions{}),
	embed("empty", []int{4, 3}, in{Shape: []int{0, 2}, Type: tensor.Int64}, "", tensor.EmbeddingOptions{}),
}})

func embed(label string, weight []int, idx in, torch string, o tensor.EmbeddingOptions) opCase {
	return opCase{Label: label, In: []in{{Shape: weight}, idx}, Torch: "F.embedding(x[1], x[0]" + torch + ")",
		Kinks: len(o.Padding) > 0 || label == "empty", // a padding row has no gradient though the result depends on it
		F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Embedding(x[0], x[1], o) })}
}

// Second derivatives leave out padding rows too: of sum(g*e) with e = weight[idx]^2
// they are those of the rows that count.
func TestEmbeddingPaddingSecond(t *testing.T) {
	w := tensor.FromSlice([]float32{1, 2, 3}, 3, 1).RequireGrad()
	idx := tensor.FromSlice([]int64{0, 1, 1, 2})
	e := tensor.Embedding(w, idx, tensor.EmbeddingOptions{Padding: []int{1}})
	g := tensor.GradOf(e.Mul(e).Sum(), []*tensor.Tensor{w}, tensor.BackwardOptions{CreateGraph: true})[0]
	if got := tensor.Data[float32](g); !slices.Equal(got, []float32{2, 0, 6}) {
		t.Errorf("the gradient is %v", got)
	}
	g.Sum().Backward()
	if got := tensor.Data[float32](w.Grad()); !slices.Equal(got, []float32{2, 0, 2}) {
		t.Errorf("the second derivative is %v", got)
	}
}

// Rows used many times are added up in the order of their uses, with any threads.
func TestEmbeddingLarge(t *testing.T) {
	defer pool.SetThreads(pool.Threads())
	idx := normal(1, 3000, 20).ArgMax(1)
	g := normal(2, 3000, 33)
	var grads [][]float32
	for _, threads := range []int{1, 3} {
		pool.SetThreads(threads)
		w := normal(3, 20, 33).RequireGrad()
		tensor.Embedding(w, idx, tensor.EmbeddingOptions{}).BackwardWith(tensor.BackwardOptions{Gradient: g})
		grads = append(grads, tensor.Data[float32](w.Grad()))
	}
	if !slices.Equal(grads[0], grads[1]) {
		t.Error("one thread and three give different bits")
	}
}

func TestEmbeddingMisuse(t *testing.T) {
	w, o := tensor.Zeros(4, 3), tensor.EmbeddingOptions{}
	misuse[*tensor.IndexError](t, "row 4 at [1 0] is not one of the 4 rows", func() {
		tensor.Embedding(w, tensor.FromSlice([]int64{0, 3, 4, 1}, 2, 2), o)
	})
	misuse[*tensor.IndexError](t, "row -100", func() { tensor.Embedding(w, tensor.FromSlice([]int64{-100}), o) })
	misuse[*tensor.DTypeError](t, "int64", func() { tensor.Embedding(w, tensor.FromSlice([]int32{1}), o) })
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.Embedding(w.To(tensor.Int64), tensor.FromSlice([]int64{1}), o) })
	misuse[*tensor.ShapeError](t, "[rows, width]", func() { tensor.Embedding(tensor.Zeros(4), tensor.FromSlice([]int64{1}), o) })
	misuse[*tensor.ShapeError](t, "more than 8 dimensions", func() {
		tensor.Embedding(w, tensor.ZerosOf(tensor.Int64, 1, 1, 1, 1, 1, 1, 1, 1), o)
	})
	misuse[*tensor.IndexError](t, "padding row must be between -4 and 3", func() {
		tensor.Embedding(w, tensor.FromSlice([]int64{1}), tensor.EmbeddingOptions{Padding: []int{4}})
	})
}
