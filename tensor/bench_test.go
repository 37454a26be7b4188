package tensor_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// benchmark measures an operation on random float32 tensors of the given shapes, in
// a Scope whose memory is used again, as in a forward pass.
func benchmark(b *testing.B, f func(x []*tensor.Tensor) *tensor.Tensor, shapes ...[]int) {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var scope tensor.Scope
	x := make([]*tensor.Tensor, len(shapes))
	n := 0
	for i, s := range shapes {
		x[i] = scope.Within(randomFloats(rng, s))
		n = max(n, x[i].Numel())
	}
	b.SetBytes(int64(4 * n))
	b.ReportAllocs()
	for b.Loop() {
		f(x)
		scope.Reset()
	}
}

func randomFloats(rng *rand.Rand, shape []int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(rng.NormFloat64())
	}
	return tensor.FromSlice(v, shape...)
}

var million = []int{1 << 10, 1 << 10}

func BenchmarkAdd1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Add(x[1]) }, million, million)
}

func BenchmarkAddSmall(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Add(x[1]) }, []int{8, 8}, []int{8, 8})
}

func BenchmarkAddBias(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Add(x[1]) }, []int{64, 128}, []int{128})
}

func BenchmarkAddBias1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Add(x[1]) }, million, []int{1 << 10})
}

func BenchmarkAddColumn1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Mul(x[1]) }, million, []int{1 << 10, 1})
}

func BenchmarkAddTransposed1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Add(x[1].Transpose(0, 1)) }, million, million)
}

func BenchmarkReLU1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].ReLU() }, million)
}

func BenchmarkExp1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Exp() }, million)
}

func BenchmarkGELU1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].GELU() }, million)
}

func BenchmarkSum1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Sum() }, million)
}

func BenchmarkSumRows1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Sum(1) }, million)
}

func BenchmarkSumColumns1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Sum(0) }, million)
}

func BenchmarkSumTall1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Sum(0) }, []int{1 << 17, 8})
}

func BenchmarkSumChannels1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Sum(0, 2, 3) }, []int{32, 32, 32, 32})
}

func BenchmarkVarChannels1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Var(0, 2, 3) }, []int{32, 32, 32, 32})
}

func BenchmarkVarColumns1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Var(0) }, million)
}

func BenchmarkTransposedCopy1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Transpose(0, 1).Reshape(-1) }, million)
}

func BenchmarkPermutedCopy1M(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Permute(0, 2, 3, 1).Reshape(-1) }, []int{32, 32, 32, 32})
}

func BenchmarkMatMul512(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MatMul(x[1]) }, []int{512, 512}, []int{512, 512})
}

func BenchmarkMatMulBatched(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MatMul(x[1]) }, []int{64, 32, 32}, []int{64, 32, 32})
}

func BenchmarkEinsumAttention(b *testing.B) {
	benchmark(b, func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Einsum("bqhd,bkhd->bhqk", x...) },
		[]int{8, 64, 4, 32}, []int{8, 64, 4, 32})
}
