package nd

import (
	"testing"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// benchmarkArray is an array whose elements are small numbers of its type, of both signs
// where there are any.
func benchmarkArray(dtype DType, shape ...int) *Array {
	a := &Array{Type: Float32}
	a.SetShape(shape)
	a.Buf = NewBuffer(a.Numel() * 4)
	for i := range Slice[float32](a) {
		Slice[float32](a)[i] = float32(i*7919%1000-500) / 8
	}
	if dtype == Float32 {
		return a
	}
	b := *a
	b.Type = dtype
	b.Buf = NewBuffer(a.Numel() * dtype.Size())
	cpuCopy(&b, a)
	return &b
}

// transposedView is a seen with its last two dimensions exchanged.
func transposedView(a *Array) *Array {
	b := *a
	i, j := b.Rank-2, b.Rank-1
	b.Dims[i], b.Dims[j] = b.Dims[j], b.Dims[i]
	b.Strides[i], b.Strides[j] = b.Strides[j], b.Strides[i]
	return &b
}

// slicedView is a without the elements from n on in the last dimension, of which it takes
// every step-th.
func slicedView(a *Array, n, step int) *Array {
	b := *a
	j := b.Rank - 1
	b.Dims[j], b.Strides[j] = int32(n), b.Strides[j]*int32(step)
	return &b
}

// What broadcasts, lies across or in pieces, and the operations beside arithmetic.
func BenchmarkStrided(b *testing.B) {
	f32 := func(shape ...int) *Array { return benchmarkArray(Float32, shape...) }
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
	for _, c := range []struct {
		name string
		dst  *Array
		x, y *Array
		op   kernel.BinaryOp
	}{
		{name: "add [256 1024]", dst: f32(256, 1024), x: f32(256, 1024), y: f32(256, 1024)},
		{name: "add [256 1024] [1]", dst: f32(256, 1024), x: f32(256, 1024), y: f32(1)},
		{name: "add [64 6 28 28] [6 1 1]", dst: f32(64, 6, 28, 28), x: f32(64, 6, 28, 28), y: f32(6, 1, 1)},
		{name: "add [64 64 6 6] [64 1 1]", dst: f32(64, 64, 6, 6), x: f32(64, 64, 6, 6), y: f32(64, 1, 1)},
		{name: "sub [1] [64 64 6 6]", dst: f32(64, 64, 6, 6), x: f32(1), y: f32(64, 64, 6, 6), op: kernel.Sub},
		{name: "add [8192 10] [10]", dst: f32(8192, 10), x: f32(8192, 10), y: f32(10)},
		{name: "div [8192 10] [8192 1]", dst: f32(8192, 10), x: f32(8192, 10), y: f32(8192, 1), op: kernel.Div},
		{name: "add [512 1] [1 512]", dst: f32(512, 512), x: f32(512, 1), y: f32(1, 512)},
		{name: "add [512 512] transposed", dst: f32(512, 512), x: f32(512, 512), y: transposedView(f32(512, 512))},
		{name: "add [64 32 64] transposed", dst: f32(64, 32, 64), x: f32(64, 32, 64), y: transposedView(f32(64, 64, 32))},
		{name: "add [512 500] of rows of 512", dst: f32(512, 500), x: slicedView(f32(512, 512), 500, 1), y: f32(512, 500)},
		{name: "add [512 256] every second", dst: f32(512, 256), x: slicedView(f32(512, 512), 256, 2), y: f32(512, 256)},
	} {
		run(c.name, func() { cpuBinary(c.op, c.dst, c.x, c.y) })
	}
	x, y, d := f32(256, 1024), f32(256, 1024), f32(256, 1024)
	bools := benchmarkArray(Bool, 256, 1024)
	cpuCompare(kernel.Gt, bools, x, f32(1))
	run("relu transposed", func() { cpuUnary(kernel.ReLU, f32view(d, 1024, 256), transposedView(x), 0, 0) })
	run("copy transposed", func() { cpuCopy(f32view(d, 1024, 256), transposedView(x)) })
	run("gt", func() { cpuCompare(kernel.Gt, bools, x, y) })
	run("gt [1]", func() { cpuCompare(kernel.Gt, bools, x, f32one) })
	run("and", func() { cpuLogical(kernel.And, bools, bools, bools) })
	run("where", func() { cpuWhere(d, bools, x, y) })
	run("where [1]", func() { cpuWhere(d, bools, f32one, y) })
	for _, to := range []DType{Float32, Float64, Int64, Int32, Uint8, Bool} {
		for _, from := range []DType{Float32, Float64, Int64, Int32, Uint8, Bool} {
			if to != from && (to == Float32 || from == Float32) {
				src, dst := benchmarkArray(from, 256, 1024), benchmarkArray(to, 256, 1024)
				run(from.String()+" to "+to.String(), func() { cpuCopy(dst, src) })
			}
		}
	}
	for _, c := range []struct {
		name string
		x    *Array
		dim  int
		dst  *Array
	}{
		{"argmax [256 1024] 1", x, 1, benchmarkArray(Int64, 256, 1)},
		{"argmax [8192 10] 1", f32(8192, 10), 1, benchmarkArray(Int64, 8192, 1)},
		{"argmax [64 10 28 28] 1", f32(64, 10, 28, 28), 1, benchmarkArray(Int64, 64, 1, 28, 28)},
	} {
		run(c.name, func() { cpuArgReduce(c.dst, c.x, c.dim, false) })
	}
	run("cumsum [256 1024] 1", func() { cpuCumSum(d, x, 1) })
	run("cumsum [256 1024] 0", func() { cpuCumSum(d, x, 0) })
	for _, c := range []struct {
		name   string
		x, dst *Array
		mask   uint8
	}{
		{"sum [64 6 28 28] to [6 1 1]", f32(64, 6, 28, 28), f32(1, 6, 1, 1), 0b1101},
		{"sum [64 64 6 6] to [64 1 1]", f32(64, 64, 6, 6), f32(1, 64, 1, 1), 0b1101},
		{"sum [8192 10] to [10]", f32(8192, 10), f32(1, 10), 1},
		{"sum [8192 10] to [8192 1]", f32(8192, 10), f32(8192, 1), 2},
		{"sum transposed to [512]", transposedView(f32(512, 512)), f32(1, 512), 1},
	} {
		run(c.name, func() { cpuReduce(kernel.Sum, c.dst, c.x, c.mask) })
	}
}

// f32one is one number that is broadcast.
var f32one = benchmarkArray(Float32, 1)

// f32view is contiguous a seen with another shape.
func f32view(a *Array, shape ...int) *Array {
	b := *a
	b.SetShape(shape)
	return &b
}

func BenchmarkLayerNorm(b *testing.B) {
	for _, width := range []int{64, 768} {
		x, g, dst := benchmarkArray(Float32, 512, width), benchmarkArray(Float32, 512, width), benchmarkArray(Float32, 512, width)
		weight, bias := benchmarkArray(Float32, width), benchmarkArray(Float32, width)
		mean, rstd := benchmarkArray(Float64, 512), benchmarkArray(Float64, 512)
		dw, db := benchmarkArray(Float32, width), benchmarkArray(Float32, width)
		name := map[int]string{64: "[512 64]", 768: "[512 768]"}[width]
		b.Run("forward "+name, func(b *testing.B) {
			for b.Loop() {
				cpuGroupNorm(dst, mean, rstd, f32view(x, 512, width), weight, bias, 1, 1e-5)
			}
		})
		b.Run("backward "+name, func(b *testing.B) {
			for b.Loop() {
				cpuGroupNormBack(dst, dw, db, g, f32view(x, 512, width), weight, mean, rstd, 1)
			}
		})
	}
}
