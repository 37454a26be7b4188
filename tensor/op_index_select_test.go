package tensor_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

// positionsOf is an argument of int64 indices.
func positionsOf(shape []int, values ...float64) in {
	return in{Shape: shape, Values: values, Type: tensor.Int64}
}

func indexSelect(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].IndexSelect(dim, x[1]) })
}

func indexAdd(dim int) func(x []*tensor.Tensor) []*tensor.Tensor {
	return one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].IndexAdd(dim, x[1], x[2]) })
}

var (
	_ = op(row{Name: "IndexSelect", Cases: []opCase{
		{In: []in{{Shape: []int{4, 3}}, positionsOf([]int{5}, 2, 0, 2, 3, 2)}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
		{Label: "last", In: []in{{Shape: []int{2, 5}}, positionsOf([]int{3}, 4, 1, 1)}, F: indexSelect(-1), Torch: "x[0].index_select(-1, x[1])"},
		{Label: "middle", In: []in{{Shape: []int{2, 3, 4}}, positionsOf([]int{4}, 0, 2, 2, 1)}, F: indexSelect(1), Torch: "x[0].index_select(1, x[1])"},
		{Label: "of a transpose", In: []in{{Shape: []int{3, 4}}, positionsOf([]int{2}, 3, 3)},
			F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Transpose(0, 1).IndexSelect(0, x[1]) }),
			Torch: "x[0].t().index_select(0, x[1])"},
		{Label: "vector", In: []in{{Shape: []int{3}}, positionsOf([]int{1}, 2)}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
		{Label: "int32 indices", In: []in{{Shape: []int{3, 2}}, {Shape: []int{2}, Values: []float64{2, 1}, Type: tensor.Int32}}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
		{Label: "none", Kinks: true, In: []in{{Shape: []int{3, 2}}, positionsOf([]int{0})}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{3, 0}}, positionsOf([]int{2}, 1, 1)}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
		{Label: "int64", Plain: true, In: []in{{Shape: []int{3, 2}, Lo: -9, Hi: 9, Type: tensor.Int64}, positionsOf([]int{2}, 2, 0)}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
		{Label: "bool", Plain: true, In: []in{{Shape: []int{5}, Lo: 0, Hi: 2, Type: tensor.Bool}, positionsOf([]int{3}, 2, 0, 4)}, F: indexSelect(0), Torch: "x[0].index_select(0, x[1])"},
	}})
	_ = op(row{Name: "IndexAdd", Cases: []opCase{
		{In: []in{{Shape: []int{4, 3}}, positionsOf([]int{5}, 2, 0, 2, 3, 2), {Shape: []int{5, 3}}}, F: indexAdd(0), Torch: "x[0].index_add(0, x[1], x[2])"},
		{Label: "last", In: []in{{Shape: []int{2, 4}}, positionsOf([]int{3}, 1, 1, 3), {Shape: []int{2, 3}}}, F: indexAdd(-1), Torch: "x[0].index_add(-1, x[1], x[2])"},
		{Label: "middle", In: []in{{Shape: []int{2, 3, 2}}, positionsOf([]int{2}, 2, 2), {Shape: []int{2, 2, 2}}}, F: indexAdd(1), Torch: "x[0].index_add(1, x[1], x[2])"},
		{Label: "vector", In: []in{{Shape: []int{3}}, positionsOf([]int{4}, 0, 0, 2, 0), {Shape: []int{4}}}, F: indexAdd(0), Torch: "x[0].index_add(0, x[1], x[2])"},
		{Label: "none", Kinks: true, In: []in{{Shape: []int{3, 2}}, positionsOf([]int{0}), {Shape: []int{0, 2}}}, F: indexAdd(0), Torch: "x[0].index_add(0, x[1], x[2])"},
		{Label: "int32", Plain: true, In: []in{{Shape: []int{3}, Lo: -9, Hi: 9, Type: tensor.Int32}, positionsOf([]int{2}, 1, 1), {Shape: []int{2}, Lo: -9, Hi: 9, Type: tensor.Int32}},
			F: indexAdd(0), Torch: "x[0].index_add(0, x[1], x[2])"},
		{Label: "uint8 wraps", Plain: true, In: []in{{Shape: []int{2}, Values: []float64{250, 3}, Type: tensor.Uint8}, positionsOf([]int{2}, 0, 0), {Shape: []int{2}, Values: []float64{5, 5}, Type: tensor.Uint8}},
			F: indexAdd(0), Torch: "x[0].index_add(0, x[1], x[2])"},
	}})
)

func TestIndexSelectMisuse(t *testing.T) {
	x, idx := tensor.Zeros(3, 2), tensor.FromSlice([]int64{0, 2, 5})
	misuse[*tensor.IndexError](t, "IndexSelect of index 5 on a tensor of shape [3 2]: dimension 0 has 3 elements, and the index at [2] of the indices of shape [3] is outside",
		func() { x.IndexSelect(0, idx) })
	misuse[*tensor.IndexError](t, "index -1", func() { x.IndexSelect(0, tensor.FromSlice([]int64{-1})) })
	misuse[*tensor.IndexError](t, "at [0]", func() { x.IndexSelect(0, tensor.FromSlice([]int32{7})) })
	misuse[*tensor.DTypeError](t, "int64 or int32", func() { x.IndexSelect(0, tensor.Zeros(2)) })
	misuse[*tensor.ShapeError](t, "one dimension", func() { x.IndexSelect(0, tensor.FromSlice([]int64{0, 0}, 1, 2)) })
	misuse[*tensor.IndexError](t, "between -2 and 1", func() { x.IndexSelect(2, idx) })
	misuse[*tensor.ShapeError](t, "their length in dimension 0", func() { x.IndexAdd(0, idx, tensor.Zeros(2, 2)) })
	misuse[*tensor.DTypeError](t, "equal", func() { x.IndexAdd(0, idx, tensor.ZerosOf(tensor.Float64, 3, 2)) })
	misuse[*tensor.DTypeError](t, "numbers are wanted", func() {
		tensor.ZerosOf(tensor.Bool, 3).IndexAdd(0, tensor.FromSlice([]int64{0}), tensor.OnesOf(tensor.Bool, 1))
	})
	misuse[*tensor.IndexError](t, "index 5", func() { x.IndexAdd(0, idx, tensor.Zeros(3, 2)) })
}

// Large enough to be split over threads: the results are those of the loops that the
// definitions are, bit for bit, with any number of threads.
func TestIndexingThreads(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const rows, columns, taken = 300, 70, 2000
	x := tensor.Randn(r, rows, columns)
	idx := tensor.RandInt(r, 0, rows, taken)
	src := tensor.Randn(r, taken, columns)
	wide := tensor.RandInt(r, 0, rows, taken, columns)
	xs, at, ss, ws := tensor.Data[float32](x), tensor.Data[int64](idx), tensor.Data[float32](src), tensor.Data[int64](wide)
	want := map[string][]float32{
		"IndexSelect": make([]float32, taken*columns), "IndexAdd": append([]float32{}, xs...),
		"Gather": make([]float32, taken*columns), "ScatterAdd": append([]float32{}, xs...),
	}
	for j := range taken {
		for c := range columns {
			want["IndexSelect"][j*columns+c] = xs[int(at[j])*columns+c]
			want["IndexAdd"][int(at[j])*columns+c] += ss[j*columns+c]
			want["Gather"][j*columns+c] = xs[int(ws[j*columns+c])*columns+c]
			want["ScatterAdd"][int(ws[j*columns+c])*columns+c] += ss[j*columns+c]
		}
	}
	defer pool.SetThreads(pool.Threads())
	for _, threads := range []int{1, 2, 3} {
		pool.SetThreads(threads)
		for name, y := range map[string]*tensor.Tensor{
			"IndexSelect": x.IndexSelect(0, idx), "IndexAdd": x.IndexAdd(0, idx, src),
			"Gather": x.Gather(0, wide), "ScatterAdd": x.ScatterAdd(0, wide, src),
		} {
			for i, v := range tensor.Data[float32](y) {
				if math.Float32bits(v) != math.Float32bits(want[name][i]) {
					t.Fatalf("%s with %d threads: element %d is %v, not %v", name, threads, i, v, want[name][i])
				}
			}
		}
	}
}
