package kernel

import "github.com/lumen-ml/lumen/internal/cpu"

func init() {
	Register(&Table{
		Path:           cpu.AVX512,
		ColumnTotals32: columnSums(8, momentsColumnSums512), ColumnDeviations32: columnDeviations(8, momentsColumnDeviations512),
		ColumnProducts32: columnProducts(8, momentsColumnProducts512), ColumnAffine32: columnAffine(8, momentsColumnAffine512),
		ColumnCentred32: columnCentred(8, momentsColumnCentred512),
	})
	Register(&Table{
		Path:           cpu.AVX2,
		ColumnTotals32: columnSums(4, momentsColumnSums256), ColumnDeviations32: columnDeviations(4, momentsColumnDeviations256),
		ColumnProducts32: columnProducts(4, momentsColumnProducts256), ColumnAffine32: columnAffine(4, momentsColumnAffine256),
		ColumnCentred32: columnCentred(4, momentsColumnCentred256),
	})
}

func columnSums(lanes int, f func(sums *float64, x *float32, n int)) func(sums []float64, x []float32) int {
	return func(sums []float64, x []float32) int {
		sums = sums[:len(x)]
		return eachCall(len(x), lanes, func(from, n int) { f(&sums[from], &x[from], n) })
	}
}

func columnDeviations(lanes int, f func(m2, mean *float64, x *float32, n int)) func(m2, mean []float64, x []float32) int {
	return func(m2, mean []float64, x []float32) int {
		m2, mean = m2[:len(x)], mean[:len(x)]
		return eachCall(len(x), lanes, func(from, n int) { f(&m2[from], &mean[from], &x[from], n) })
	}
}

func columnProducts(lanes int, f func(sums, dots, mean *float64, g, x *float32, n int)) func(sums, dots, mean []float64, g, x []float32) int {
	return func(sums, dots, mean []float64, g, x []float32) int {
		sums, dots, mean, x = sums[:len(g)], dots[:len(g)], mean[:len(g)], x[:len(g)]
		return eachCall(len(g), lanes, func(from, n int) { f(&sums[from], &dots[from], &mean[from], &g[from], &x[from], n) })
	}
}

func columnAffine(lanes int, f func(dst, x *float32, mean, scale, shift *float64, n int)) func(dst, x []float32, mean, scale, shift []float64) int {
	return func(dst, x []float32, mean, scale, shift []float64) int {
		x, mean, scale, shift = x[:len(dst)], mean[:len(dst)], scale[:len(dst)], shift[:len(dst)]
		return eachCall(len(dst), lanes, func(from, n int) { f(&dst[from], &x[from], &mean[from], &scale[from], &shift[from], n) })
	}
}

func columnCentred(lanes int, f func(dst, g, x *float32, mean, scale, shift, slope *float64, n int)) func(dst, g, x []float32, mean, scale, shift, slope []float64) int {
	return func(dst, g, x []float32, mean, scale, shift, slope []float64) int {
		g, x = g[:len(dst)], x[:len(dst)]
		mean, scale, shift, slope = mean[:len(dst)], scale[:len(dst)], shift[:len(dst)], slope[:len(dst)]
		return eachCall(len(dst), lanes, func(from, n int) {
			f(&dst[from], &g[from], &x[from], &mean[from], &scale[from], &shift[from], &slope[from], n)
		})
	}
}
