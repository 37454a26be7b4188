package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	nan, inf := math.NaN(), math.Inf(1)
	call := one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MatMul(x[1]) })
	r := row{Name: "MatMul"}
	for _, s := range [][2][]int{
		{{3, 4}, {4, 5}}, {{4}, {4}}, {{4}, {4, 3}}, {{3, 4}, {4}}, {{1, 4}, {4, 1}}, {{3, 1}, {1, 3}},
		{{2, 3, 4}, {4, 5}}, {{2, 3, 4}, {2, 4, 2}}, {{3, 4}, {2, 4, 2}}, {{2, 1, 3, 4}, {3, 4, 2}}, {{2, 3, 4}, {1, 4, 2}},
		{{4}, {2, 4, 3}}, {{2, 3, 4}, {4}}, {{3, 2, 4}, {2, 3, 4, 2}},
	} {
		r.Cases = append(r.Cases, opCase{Label: fmt.Sprint(s[0], " ", s[1]), In: []in{{Shape: s[0]}, {Shape: s[1]}}, F: call, Torch: "torch.matmul(x[0], x[1])"})
	}
	for _, s := range [][2][]int{
		{{3, 0}, {0, 2}}, {{0, 3}, {3, 2}}, {{3, 2}, {2, 0}}, {{0}, {0}}, {{0, 2, 3}, {3, 4}}, {{2, 0, 3}, {3, 4}}, {{2, 3, 0}, {0, 4}}, {{0, 2, 3}, {1, 3, 4}},
	} {
		r.Cases = append(r.Cases, opCase{Label: fmt.Sprint(s[0], " ", s[1]), In: []in{{Shape: s[0]}, {Shape: s[1]}}, F: call, Torch: "torch.matmul(x[0], x[1])", Kinks: true})
	}
	r.Cases = append(r.Cases, opCase{Label: "special", F: call, Torch: "torch.matmul(x[0], x[1])", Kinks: true, In: []in{
		{Shape: []int{4, 2}, Values: []float64{0, 1, inf, 1, 1, nan, 2, 3}},
		{Shape: []int{2, 4}, Values: []float64{inf, 1, 2, 0, 1, 0, nan, -inf}},
	}})
	return r
}())

// TestMatMulLayouts compares products of every layout and of sizes that are split
// over threads with a plain loop.
func TestMatMulLayouts(t *testing.T) {
	m, k, n := 67, 83, 71
	fill := func(rows, columns int) *tensor.Tensor {
		v := make([]float64, rows*columns)
		for i := range v {
			v[i] = float64((i*37)%101)/50 - 1
		}
		return tensor.FromSlice(v, rows, columns)
	}
	a, b := fill(m, k), fill(k, n)
	av, bv := tensor.Data[float64](a), tensor.Data[float64](b)
	turned := func(x *tensor.Tensor) *tensor.Tensor { return x.Transpose(0, 1).Clone().Transpose(0, 1) }
	wide := func(x *tensor.Tensor) *tensor.Tensor {
		return tensor.Stack(2, x, x.Neg()).Select(2, 0)
	}
	for _, c := range []struct {
		name string
		a, b *tensor.Tensor
	}{{"contiguous", a, b}, {"left transposed", turned(a), b}, {"right transposed", a, turned(b)}, {"both", turned(a), turned(b)}, {"strided", wide(a), wide(b)}} {
		got := tensor.Data[float64](c.a.MatMul(c.b))
		for i := range m {
			for j := range n {
				want := 0.0
				for l := range k {
					want += av[i*k+l] * bv[l*n+j]
				}
				if math.Abs(got[i*n+j]-want) > 1e-11 {
					t.Fatalf("%s: element (%d, %d) is %v, want %v", c.name, i, j, got[i*n+j], want)
				}
			}
		}
	}
}

func TestMatMulMisuse(t *testing.T) {
	x := tensor.Ones(2, 3)
	misuse[*tensor.ShapeError](t, "MatMul of [2 3] and [2 3]: the inner lengths must agree, 3 is not 2", func() { x.MatMul(x) })
	misuse[*tensor.ShapeError](t, "MatMul of [] and [2 3]: both need at least one dimension; use Mul for scalars", func() { tensor.Scalar(1).MatMul(x) })
	misuse[*tensor.ShapeError](t, "MatMul of [2 2 3] and [3 3 4]: the leading (batch) dimensions must be equal or 1",
		func() { tensor.Ones(2, 2, 3).MatMul(tensor.Ones(3, 3, 4)) })
	misuse[*tensor.DTypeError](t, "MatMul of int64 and float32: floats are wanted", func() { tensor.ZerosOf(tensor.Int64, 2, 2).MatMul(x) })
	misuse[*tensor.DTypeError](t, "MatMul of float64 and float32: the element types must be equal", func() { tensor.ZerosOf(tensor.Float64, 2, 2).MatMul(x) })
}
