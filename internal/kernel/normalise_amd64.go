package kernel

import "github.com/lumen-ml/lumen/internal/cpu"

func init() {
	Register(&Table{
		Path:  cpu.AVX512,
		Sum64: momentsOf(8, momentsSum512), Deviations64: momentsAround(8, momentsDeviations512),
		CentredProducts32: momentsProducts(8, momentsProducts512),
		Affine32:          affineWhole(8, momentsAffine512), Centred32: centredWhole(8, momentsCentred512),
		AffineEach32: affineEach(8, momentsAffineEach512), ProductsEach32: productsEach(8, momentsProductsEach512),
		CentredEach32: centredEach(8, momentsCentredEach512), Accumulate32: accumulateWhole(8, momentsAccumulate512),
	})
	Register(&Table{
		Path:  cpu.AVX2,
		Sum64: momentsOf(4, momentsSum256), Deviations64: momentsAround(4, momentsDeviations256),
		Summary32:         summaryOf,
		CentredProducts32: momentsProducts(4, momentsProducts256),
		Affine32:          affineWhole(4, momentsAffine256), Centred32: centredWhole(4, momentsCentred256),
		AffineEach32: affineEach(4, momentsAffineEach256), ProductsEach32: productsEach(4, momentsProductsEach256),
		CentredEach32: centredEach(4, momentsCentredEach256), Accumulate32: accumulateWhole(4, momentsAccumulate256),
	})
}

// eachCall calls f with the parts of n elements that one call of the assembly does, and
// returns how many these are: whole vectors of so many lanes.
func eachCall(n, lanes int, f func(from, n int)) int {
	n -= n % lanes
	for from := 0; from < n; from += assemblyElements {
		f(from, min(assemblyElements, n-from))
	}
	return n
}

func momentsOf(lanes int, f func(x *float32, n int) float64) func(x []float32) (int, float64) {
	return func(x []float32) (whole int, sum float64) {
		whole = eachCall(len(x), lanes, func(from, n int) { sum += f(&x[from], n) })
		return whole, sum
	}
}

func momentsAround(lanes int, f func(x *float32, n int, mean float64) float64) func(x []float32, mean float64) (int, float64) {
	return func(x []float32, mean float64) (whole int, sum float64) {
		whole = eachCall(len(x), lanes, func(from, n int) { sum += f(&x[from], n, mean) })
		return whole, sum
	}
}

func summaryOf(x []float32) (whole int, s summarySums) {
	whole = len(x) - len(x)%8 // of a block: less than one call does
	sum, squares, magnitudes, zeros, least, most := momentsSummary256(&x[0], whole)
	return whole, summarySums{sum, squares, magnitudes, int(zeros), float64(least), float64(most)}
}

func momentsProducts(lanes int, f func(g, x *float32, n int, mean float64) (sum, dot float64)) func(g, x []float32, mean float64) (int, float64, float64) {
	return func(g, x []float32, mean float64) (whole int, sum, dot float64) {
		x = x[:len(g)]
		whole = eachCall(len(g), lanes, func(from, n int) {
			s, d := f(&g[from], &x[from], n, mean)
			sum += s
			dot += d
		})
		return whole, sum, dot
	}
}

func affineWhole(lanes int, f func(dst, x *float32, n int, mean, scale, shift float64)) func(dst, x []float32, mean, scale, shift float64) int {
	return func(dst, x []float32, mean, scale, shift float64) int {
		x = x[:len(dst)]
		return eachCall(len(dst), lanes, func(from, n int) { f(&dst[from], &x[from], n, mean, scale, shift) })
	}
}

func centredWhole(lanes int, f func(dst, g, x *float32, n int, weight, mean, scale, shift, slope float64)) func(dst, g, x []float32, weight, mean, scale, shift, slope float64) int {
	return func(dst, g, x []float32, weight, mean, scale, shift, slope float64) int {
		g, x = g[:len(dst)], x[:len(dst)]
		return eachCall(len(dst), lanes, func(from, n int) {
			f(&dst[from], &g[from], &x[from], n, weight, mean, scale, shift, slope)
		})
	}
}

func affineEach(lanes int, f func(dst, x, w, b *float32, n int, mean, scale float64)) func(dst, x, w, b []float32, mean, scale float64) int {
	return func(dst, x, w, b []float32, mean, scale float64) int {
		x, w, b = x[:len(dst)], w[:len(dst)], b[:len(dst)]
		return eachCall(len(dst), lanes, func(from, n int) { f(&dst[from], &x[from], &w[from], &b[from], n, mean, scale) })
	}
}

func productsEach(lanes int, f func(g, x, w *float32, n int, mean float64) (sum, dot float64)) func(g, x, w []float32, mean float64) (int, float64, float64) {
	return func(g, x, w []float32, mean float64) (whole int, sum, dot float64) {
		x, w = x[:len(g)], w[:len(g)]
		whole = eachCall(len(g), lanes, func(from, n int) {
			s, d := f(&g[from], &x[from], &w[from], n, mean)
			sum += s
			dot += d
		})
		return whole, sum, dot
	}
}

func centredEach(lanes int, f func(dst, g, x, w *float32, n int, mean, scale, shift, slope float64)) func(dst, g, x, w []float32, mean, scale, shift, slope float64) int {
	return func(dst, g, x, w []float32, mean, scale, shift, slope float64) int {
		g, x, w = g[:len(dst)], x[:len(dst)], w[:len(dst)]
		return eachCall(len(dst), lanes, func(from, n int) {
			f(&dst[from], &g[from], &x[from], &w[from], n, mean, scale, shift, slope)
		})
	}
}

func accumulateWhole(lanes int, f func(sums, dots *float64, g, x *float32, n int, mean, scale float64)) func(sums, dots []float64, g, x []float32, mean, scale float64) int {
	return func(sums, dots []float64, g, x []float32, mean, scale float64) int {
		sums, dots, x = sums[:len(g)], dots[:len(g)], x[:len(g)]
		return eachCall(len(g), lanes, func(from, n int) { f(&sums[from], &dots[from], &g[from], &x[from], n, mean, scale) })
	}
}
