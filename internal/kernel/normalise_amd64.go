package kernel

import "github.com/lumen-ml/lumen/internal/cpu"

func init() {
	Register(&Table{
		Path:  cpu.AVX512,
		Sum64: momentsOf(8, momentsSum512), Deviations64: momentsAround(8, momentsDeviations512),
		CentredProducts32: momentsProducts(8, momentsProducts512),
		Affine32:          affineWhole(8, momentsAffine512), Centred32: centredWhole(8, momentsCentred512),
	})
	Register(&Table{
		Path:  cpu.AVX2,
		Sum64: momentsOf(4, momentsSum256), Deviations64: momentsAround(4, momentsDeviations256),
		CentredProducts32: momentsProducts(4, momentsProducts256),
		Affine32:          affineWhole(4, momentsAffine256), Centred32: centredWhole(4, momentsCentred256),
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
