package kernel

import "math"

// parts calls f with the start and the length of each part that one call of the
// assembly does, and adds up the results.
func parts(n int, f func(at, n int) float64) float64 {
	s := 0.0
	for at := 0; at < n; at += assemblyElements {
		s += f(at, min(n-at, assemblyElements))
	}
	return s
}

// softmaxNEON is Table.Softmax32.
func softmaxNEON(dst, x []float32, n int, log bool) {
	for ; len(dst) > 0; dst, x = dst[n:], x[n:] {
		softmaxRowNEON(dst[:n], x[:n], log)
	}
}

// softmaxRowNEON is one row; the formulas stand at Softmax.
func softmaxRowNEON(dst, x []float32, log bool) {
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

// softmaxBackNEON is Table.SoftmaxBack32.
func softmaxBackNEON(dx, y, g []float32, n int, log bool) {
	for ; len(dx) > 0; dx, y, g = dx[n:], y[n:], g[n:] {
		softmaxBackRowNEON(dx[:n], y[:n], g[:n], log)
	}
}

// softmaxBackRowNEON is one row; the formulas stand at SoftmaxBack.
func softmaxBackRowNEON(dx, y, g []float32, log bool) {
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
