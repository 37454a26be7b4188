package nd

import "github.com/lumen-ml/lumen/internal/kernel"

// BCEFloor bounds the denominator of BCEGrad.
const BCEFloor = kernel.BCEFloor

func cpuBCEWithLogits(dst, x, t, p *Array) {
	if dst.Type == Float32 {
		logitLoss[float32](dst, x, t, p, false)
	} else {
		logitLoss[float64](dst, x, t, p, false)
	}
}

func cpuBCEWithLogitsGrad(dst, x, t, p *Array) {
	if dst.Type == Float32 {
		logitLoss[float32](dst, x, t, p, true)
	} else {
		logitLoss[float64](dst, x, t, p, true)
	}
}

// logitLoss is (1-t)*x - m*log(sigmoid(x)) with m = 1 + (p-1)*t, or its derivative
// (1-t) - m*sigmoid(-x). Neither overflows: log(sigmoid(x)) is about x where x is
// far below zero.
func logitLoss[T kernel.Float](dst, x, t, p *Array, derivative bool) {
	weighted := p != nil
	if !weighted {
		p = t
	}
	blend(dst, x, t, p, func(d, x, t, p []T) {
		if !weighted {
			p = nil
		}
		sigmoid(d, x, derivative)
		logitTerm(d, x, t, p, derivative)
	})
}

// sigmoid writes log(sigmoid(x)), or sigmoid(-x) for the derivative.
func sigmoid[T kernel.Float](d, x []T, derivative bool) {
	if !derivative {
		kernel.Unary(kernel.LogSigmoid, d, x, 0, 0)
		return
	}
	kernel.Unary(kernel.Neg, d, x, 0, 0)
	kernel.Unary(kernel.Sigmoid, d, d, 0, 0)
}

// logitTerm finishes what sigmoid began in d.
func logitTerm[T kernel.Float](d, x, t, p []T, derivative bool) {
	for i, s := range d {
		m := T(1)
		if p != nil {
			m += (p[i] - 1) * t[i]
		}
		v := 1 - t[i]
		if !derivative {
			v *= x[i]
		}
		d[i] = v - m*s
	}
}

func cpuBCE(dst, x, t *Array) {
	if dst.Type == Float32 {
		blend(dst, x, t, t, func(d, x, t, _ []float32) { kernel.BCE(d, x, t) })
	} else {
		blend(dst, x, t, t, func(d, x, t, _ []float64) { kernel.BCE(d, x, t) })
	}
}

func cpuBCETotal(loss, x, t *Array, divide float64) {
	if x.Type == Float32 {
		Slice[float32](loss)[0] = float32(bceTotal[float32](x, t) / divide)
	} else {
		Slice[float64](loss)[0] = bceTotal[float64](x, t) / divide
	}
}

// bceTotal adds up the losses block by block, while they are in the first cache.
func bceTotal[T kernel.Float](x, t *Array) float64 {
	n := x.Numel()
	xs, ts := Slice[T](x)[:n], Slice[T](t)[:n]
	return lossTotal(n, func(from, to int, b *scratch) float64 {
		losses, sum := blockOf[T](b, 0), 0.0
		for ; from < to; from += block {
			n := min(to-from, block)
			kernel.BCE(losses[:n], xs[from:][:n], ts[from:][:n])
			sum += float64(kernel.Reduce(kernel.Sum, losses[:n]))
		}
		return sum
	})
}

func cpuBCEGrad(dst, x, t, g *Array, divide float64) {
	if dst.Type == Float32 {
		bceGrad[float32](dst, x, t, g, divide)
	} else {
		bceGrad[float64](dst, x, t, g, divide)
	}
}

func bceGrad[T kernel.Float](dst, x, t, g *Array, divide float64) {
	scale := lossScale[T](g, divide)
	if n := dst.Numel(); n < grain && x.Contiguous() && t.Contiguous() {
		kernel.BCEGrad(Slice[T](dst)[:n], Slice[T](x)[:n], Slice[T](t)[:n], scale)
		return
	}
	blend(dst, x, t, t, func(d, x, t, _ []T) { kernel.BCEGrad(d, x, t, scale) })
}

// blend feeds f pieces of three operands and of the result, all of one type.
func blend[T kernel.Float](dst, x, y, z *Array, f func(d, x, y, z []T)) {
	d, xs, ys, zs := Slice[T](dst), Slice[T](x), Slice[T](y), Slice[T](z)
	s := newNest(dst, x, y, z)
	s.tiles(false, func(t *tile) {
		out := destination(t, d)
		f(out, read(t, 1, xs), read(t, 2, ys), read(t, 3, zs))
		written(t, d, out)
	})
}
