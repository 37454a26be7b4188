package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
)

// Distance says what a loss makes of the difference d of a prediction from its target.
type Distance struct {
	Kind  DistanceKind
	Delta float64 // of a Huber distance: where the square becomes a line
	Scale float64 // of a Huber distance: a factor
}

// DistanceKind is the formula of a Distance.
type DistanceKind uint8

// The distances.
const (
	SquaredDistance  DistanceKind = iota // d²
	AbsoluteDistance                     // |d|
	HuberDistance                        // Scale c (d - c/2), with c = d clamped to ±Delta
)

func cpuDistance(dst, x, t *Array, k Distance) {
	if dst.Type == Float32 {
		distance(dst, x, t, distances[float32](k))
	} else {
		distance(dst, x, t, distances[float64](k))
	}
}

func cpuDistanceGrad(dst, x, t, g *Array, k Distance, divide float64) {
	if dst.Type == Float32 {
		distance(dst, x, t, distanceGrads[float32](k, lossScale[float32](g, divide)))
	} else {
		distance(dst, x, t, distanceGrads[float64](k, lossScale[float64](g, divide)))
	}
}

// lossScale is the one number g, divided, by which a gradient is multiplied.
func lossScale[T kernel.Float](g *Array, divide float64) float64 {
	if g == nil {
		return 1 / divide
	}
	return float64(Slice[T](g)[0]) / divide
}

// distance calls f with pieces of the result and of x - t, which are the same memory, and with as long a piece of other
// memory: a block at most, so that all stays in the nearest cache.
func distance[T kernel.Float](dst, x, t *Array, f func(d, other []T)) {
	piece := func(d, x, t []T) {
		b := scratches.Get().(*scratch)
		for other := blockOf[T](b, 0); len(d) > 0; {
			n := min(len(d), block)
			kernel.Binary(kernel.Sub, d[:n], x[:n], t[:n])
			f(d[:n], other[:n])
			d, x, t = d[n:], x[n:], t[n:]
		}
		scratches.Put(b)
	}
	if n := dst.Numel(); n < grain && x.Contiguous() && t.Contiguous() {
		piece(Slice[T](dst)[:n], Slice[T](x)[:n], Slice[T](t)[:n])
		return
	}
	blend(dst, x, t, t, func(d, x, t, _ []T) { piece(d, x, t) })
}

// distances is what brings d to its distance, with the help of other memory.
func distances[T kernel.Float](k Distance) func(d, other []T) {
	switch k.Kind {
	case SquaredDistance:
		return func(d, _ []T) { kernel.Unary(kernel.Square, d, d, 0, 0) }
	case AbsoluteDistance:
		return func(d, _ []T) { kernel.Unary(kernel.Abs, d, d, 0, 0) }
	}
	return func(d, c []T) { // Scale/2 (2d - c) c
		kernel.Unary(kernel.Clamp, c, d, -k.Delta, k.Delta)
		kernel.Unary(kernel.MulScalar, d, d, 2, 0)
		kernel.Binary(kernel.Sub, d, d, c)
		kernel.Binary(kernel.Mul, d, d, c)
		kernel.Unary(kernel.MulScalar, d, d, k.Scale/2, 0)
	}
}

// distanceGrads is what brings d to the distance's derivative, times a number.
func distanceGrads[T kernel.Float](k Distance, times float64) func(d, other []T) {
	return func(d, _ []T) {
		by := times
		switch k.Kind {
		case SquaredDistance:
			by *= 2
		case AbsoluteDistance:
			kernel.Unary(kernel.Sign, d, d, 0, 0)
		case HuberDistance:
			kernel.Unary(kernel.Clamp, d, d, -k.Delta, k.Delta)
			by *= k.Scale
		}
		kernel.Unary(kernel.MulScalar, d, d, by, 0)
	}
}

func cpuDistanceTotal(loss, x, t *Array, k Distance, divide float64) {
	if x.Type == Float32 {
		Slice[float32](loss)[0] = float32(distanceTotal[float32](x, t, k) / divide)
	} else {
		Slice[float64](loss)[0] = distanceTotal[float64](x, t, k) / divide
	}
}

func distanceTotal[T kernel.Float](x, t *Array, k Distance) float64 {
	n := x.Numel()
	xs, ts := Slice[T](x)[:n], Slice[T](t)[:n]
	op, f := kernel.SumSquares, func(d, other []T) {}
	switch k.Kind {
	case AbsoluteDistance:
		op = kernel.SumAbs
	case HuberDistance:
		op, f = kernel.Sum, distances[T](k)
	}
	return lossTotal(n, func(from, to int, b *scratch) float64 {
		d, other, sum := blockOf[T](b, 0), blockOf[T](b, 1), 0.0
		for ; from < to; from += block {
			n := min(to-from, block)
			kernel.Binary(kernel.Sub, d[:n], xs[from:][:n], ts[from:][:n])
			f(d[:n], other[:n])
			sum += float64(kernel.Reduce(op, d[:n]))
		}
		return sum
	})
}
