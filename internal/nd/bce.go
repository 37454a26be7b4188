package nd

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

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
		blend(dst, x, t, t, func(d, x, t, _ []float32) { probabilityLoss(d, x, t) })
	} else {
		blend(dst, x, t, t, func(d, x, t, _ []float64) { probabilityLoss(d, x, t) })
	}
}

// logFloor bounds the logarithms, so that a sure and wrong prediction has a finite
// loss (as in PyTorch).
const logFloor = -100

func probabilityLoss[T kernel.Float](d, x, t []T) {
	for i, v := range x {
		p, y := float64(v), float64(t[i])
		d[i] = T((y-1)*max(math.Log1p(-p), logFloor) - y*max(math.Log(p), logFloor))
	}
}

// BCEFloor bounds the denominator of BCEGrad: 1e-12 rounded to float32, as PyTorch
// has it for every type.
const BCEFloor = 9.999999960041972e-13

func cpuBCEGrad(dst, x, t *Array) {
	if dst.Type == Float32 {
		blend(dst, x, t, t, func(d, x, t, _ []float32) { probabilityGrad(d, x, t) })
	} else {
		blend(dst, x, t, t, func(d, x, t, _ []float64) { probabilityGrad(d, x, t) })
	}
}

func probabilityGrad[T kernel.Float](d, x, t []T) {
	for i, v := range x {
		d[i] = (v - t[i]) / max((1-v)*v, BCEFloor)
	}
}

// blend feeds f pieces of three operands and of the result, all of one type, as
// contiguous slices.
func blend[T kernel.Float](dst, x, y, z *Array, f func(d, x, y, z []T)) {
	d, xs, ys, zs := Slice[T](dst), Slice[T](x), Slice[T](y), Slice[T](z)
	s := newNest(dst, x, y, z)
	sd, sx, sy, sz := s.innerStride(0), s.innerStride(1), s.innerStride(2), s.innerStride(3)
	s.splitScratch(func(off [maxOperands]int, n int, b *scratch) {
		bd, bx, by, bz := blockOf[T](b, 0), blockOf[T](b, 1), blockOf[T](b, 2), blockOf[T](b, 3)
		for i := 0; i < n; i += block {
			m := min(block, n-i)
			out := bd[:m]
			if sd == 1 {
				out = d[off[0]+i:][:m]
			}
			f(out, gather(bx, xs[off[1]+i*sx:], sx, m), gather(by, ys[off[2]+i*sy:], sy, m),
				gather(bz, zs[off[3]+i*sz:], sz, m))
			if sd != 1 {
				scatter(d[off[0]+i*sd:], out, sd)
			}
		}
	})
}
