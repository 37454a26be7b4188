package kernel

import (
	"math"
	"sync"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	Register(&Table{
		Path: cpu.AVX512,
		Reduce32: [reduceOps]func(x []float32) float32{
			Sum:        reduceSum(reduceSum512),
			Max:        reduceExtreme(reduceMax512, larger),
			Min:        reduceExtreme(reduceMin512, smaller),
			SumSquares: reduceSum(reduceSumSquares512),
			SumAbs:     reduceSum(reduceSumAbs512),
		},
		ReduceRows32: [reduceOps]func(dst, x []float32, n int){
			Sum:        reduceRows(reduceSumRows512),
			Max:        reduceRows(reduceMaxRows512),
			Min:        reduceRows(reduceMinRows512),
			SumSquares: reduceRows(reduceSumSquaresRows512),
			SumAbs:     reduceRows(reduceSumAbsRows512),
		},
		Softmax32:     softmaxRows(reduceSoftmax512, reduceLogSoftmax512),
		SoftmaxBack32: softmaxBackRows(reduceSoftmaxBack512, reduceLogSoftmaxBack512),
		ScaledExp32:   scaledExpRows(reduceScaledExp512),
	})
	Register(&Table{
		Path: cpu.AVX2,
		Reduce32: [reduceOps]func(x []float32) float32{
			Sum:        reduceSum(reduceSum256),
			Max:        reduceExtreme(reduceMax256, larger),
			Min:        reduceExtreme(reduceMin256, smaller),
			SumSquares: reduceSum(reduceSumSquares256),
			SumAbs:     reduceSum(reduceSumAbs256),
		},
		ReduceRows32: [reduceOps]func(dst, x []float32, n int){
			Sum:        reduceRows(reduceSumRows256),
			Max:        reduceRows(reduceMaxRows256),
			Min:        reduceRows(reduceMinRows256),
			SumSquares: reduceRows(reduceSumSquaresRows256),
			SumAbs:     reduceRows(reduceSumAbsRows256),
		},
		Softmax32:     softmaxRows(reduceSoftmax256, reduceLogSoftmax256),
		SoftmaxBack32: softmaxBackRows(reduceSoftmaxBack256, reduceLogSoftmaxBack256),
		ScaledExp32:   scaledExpRows(reduceScaledExp256),
	})
}

// rowsACall is how many rows of n elements, of up to assemblyElements, one call of the
// assembly does.
func rowsACall(n int) int { return assemblyElements / n }

func reduceRows(f func(out, x *float32, rows, n int)) func(dst, x []float32, n int) {
	return func(dst, x []float32, n int) {
		for x = x[:len(dst)*n]; len(dst) > 0; {
			rows := min(len(dst), rowsACall(n))
			f(&dst[0], &x[0], rows, n)
			dst, x = dst[rows:], x[rows*n:]
		}
	}
}

func softmaxRows(plain, logarithm func(out, x *float32, rows, n int)) func(dst, x []float32, n int, log bool) {
	return func(dst, x []float32, n int, log bool) {
		if n > assemblyElements {
			for ; len(dst) > 0; dst, x = dst[n:], x[n:] {
				softmaxLong(dst[:n], x[:n], log)
			}
			return
		}
		f := plain
		if log {
			f = logarithm
		}
		for x = x[:len(dst)]; len(dst) > 0; {
			rows := min(len(dst)/n, rowsACall(n))
			f(&dst[0], &x[0], rows, n)
			dst, x = dst[rows*n:], x[rows*n:]
		}
	}
}

func softmaxBackRows(plain, logarithm func(dx, y, g *float32, rows, n int)) func(dx, y, g []float32, n int, log bool) {
	return func(dx, y, g []float32, n int, log bool) {
		if n > assemblyElements {
			for ; len(dx) > 0; dx, y, g = dx[n:], y[n:], g[n:] {
				softmaxBackGeneric(dx[:n], y[:n], g[:n], log)
			}
			return
		}
		f := plain
		if log {
			f = logarithm
		}
		for y, g = y[:len(dx)], g[:len(dx)]; len(dx) > 0; {
			rows := min(len(dx)/n, rowsACall(n))
			f(&dx[0], &y[0], &g[0], rows, n)
			dx, y, g = dx[rows*n:], y[rows*n:], g[rows*n:]
		}
	}
}

func scaledExpRows(f func(k, out, x *float32, rows, n int)) func(dst, x, k []float32, n int) {
	return func(dst, x, k []float32, n int) {
		for x, k = x[:len(dst)], k[:len(dst)/n]; len(dst) > 0; {
			rows := min(len(k), rowsACall(n))
			f(&k[0], &dst[0], &x[0], rows, n)
			dst, x, k = dst[rows*n:], x[rows*n:], k[rows:]
		}
	}
}

// longBlock is how much of a long row stays in the nearest cache.
const longBlock = 4096

// longBlocks hold exponentials that are only added up.
var longBlocks = sync.Pool{New: func() any { return new([longBlock]float32) }}

// softmaxLong is Softmax of a row that is more than one call of the assembly does, from
// the kernels that there are, in blocks that stay in the cache.
func softmaxLong(dst, x []float32, log bool) {
	held := longBlocks.Get().(*[longBlock]float32)
	m, s := Reduce(Max, x), 0.0
	for at := 0; at < len(x); at += longBlock {
		from := x[at:min(at+longBlock, len(x))]
		e := held[:len(from)]
		if !log {
			e = dst[at:][:len(from)]
		}
		BinaryScalar(Sub, e, from, m, false)
		Unary(Exp, e, e, 0, 0)
		s += float64(Reduce(Sum, e))
	}
	longBlocks.Put(held)
	if !log {
		Unary(MulScalar, dst, dst, 1/s, 0)
		return
	}
	BinaryScalar(Sub, dst, x, m, false)
	BinaryScalar(Sub, dst, dst, float32(math.Log(s)), false)
}
