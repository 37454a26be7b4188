package kernel

import "math"

// sumNEON adds up what f gives for the parts of x, sums in float64.
func sumNEON(f func(x *float32, n int) float64) func(x []float32) float32 {
	return func(x []float32) float32 {
		s := 0.0
		for len(x) > 0 {
			n := min(len(x), assemblyElements)
			s += f(&x[0], n)
			x = x[n:]
		}
		return float32(s)
	}
}

// extremeNEON joins what f gives for the parts of x, which is not empty.
func extremeNEON(f func(x *float32, n int) float32, join func(a, b float32) float32) func(x []float32) float32 {
	return func(x []float32) float32 {
		m := x[0]
		for len(x) > 0 {
			n := min(len(x), assemblyElements)
			m = join(m, f(&x[0], n))
			x = x[n:]
		}
		return m
	}
}

// parts calls f with the start and the length of each part that one call of the
// assembly does, and adds up the results.
func parts(n int, f func(at, n int) float64) float64 {
	s := 0.0
	for at := 0; at < n; at += assemblyElements {
		s += f(at, min(n-at, assemblyElements))
	}
	return s
}

// softmaxNEON is Table.Softmax32; the formulas stand at Softmax.
func softmaxNEON(dst, x []float32, log bool) {
	m := x[0]
	for at := 0; at < len(x); at += assemblyElements {
		m = max(m, vectorMaxNEON(&x[at], min(len(x)-at, assemblyElements)))
	}
	if log {
		s := parts(len(x), func(at, n int) float64 { return vectorSoftmaxSumNEON(&x[at], n, m) })
		shift := float32(math.Log(s))
		parts(len(x), func(at, n int) float64 {
			vectorSubScalarNEON(&dst[at], &x[at], n, m)
			vectorSubScalarNEON(&dst[at], &dst[at], n, shift)
			return 0
		})
		return
	}
	s := parts(len(x), func(at, n int) float64 { return vectorSoftmaxExpNEON(&dst[at], &x[at], n, m) })
	parts(len(x), func(at, n int) float64 {
		vectorMulScalarNEON(&dst[at], &dst[at], n, float32(1/s))
		return 0
	})
}

// softmaxBackNEON is Table.SoftmaxBack32; the formulas stand at SoftmaxBack.
func softmaxBackNEON(dx, y, g []float32, log bool) {
	if log {
		s := parts(len(dx), func(at, n int) float64 { return vectorSumNEON(&g[at], n) })
		parts(len(dx), func(at, n int) float64 {
			vectorLogSoftmaxBackNEON(&dx[at], &y[at], &g[at], n, float32(s))
			return 0
		})
		return
	}
	s := parts(len(dx), func(at, n int) float64 { return vectorDotNEON(&g[at], &y[at], n) })
	parts(len(dx), func(at, n int) float64 {
		vectorSoftmaxBackNEON(&dx[at], &y[at], &g[at], n, float32(s))
		return 0
	})
}
