package kernel

import "math"

// adaptive is window i of the n that cover size elements: PyTorch's rule, from
// floor(i*size/n) to ceil((i+1)*size/n).
func adaptive(i, n, size int) (lo, hi int) {
	return i * size / n, ((i+1)*size + n - 1) / n
}

// AdaptiveAvgPool2d averages one plane x [h, w] over oh x ow windows that cover it
// evenly, neighbours sharing an edge where the lengths do not divide.
func AdaptiveAvgPool2d[T Float](dst, x []T, h, w, oh, ow int) {
	if oh == 1 && ow == 1 && h*w >= 16 {
		dst[0] = Reduce(Sum, x[:h*w]) / T(h*w)
		return
	}
	for oy := range oh {
		y0, y1 := adaptive(oy, oh, h)
		for ox := range ow {
			x0, x1 := adaptive(ox, ow, w)
			var s T
			for y := y0; y < y1; y++ {
				for _, v := range x[y*w+x0 : y*w+x1] {
					s += v
				}
			}
			dst[oy*ow+ox] = s / T((y1-y0)*(x1-x0))
		}
	}
}

// AdaptiveAvgPool2dBack is the transpose of AdaptiveAvgPool2d: it adds to dx
// [h, w] the share of every window in g [oh, ow].
func AdaptiveAvgPool2dBack[T Float](dx, g []T, h, w, oh, ow int) {
	for oy := range oh {
		y0, y1 := adaptive(oy, oh, h)
		for ox := range ow {
			x0, x1 := adaptive(ox, ow, w)
			share := g[oy*ow+ox] / T((y1-y0)*(x1-x0))
			for y := y0; y < y1; y++ {
				row := dx[y*w+x0 : y*w+x1]
				for i := range row {
					row[i] += share
				}
			}
		}
	}
}

// AdaptiveMaxPool2d is the largest element of each of AdaptiveAvgPool2d's windows.
// idx, equal elements and NaN as in MaxPool2d.
func AdaptiveMaxPool2d[T Float](dst []T, idx []int64, x []T, h, w, oh, ow int) {
	lowest := T(math.Inf(-1))
	for oy := range oh {
		y0, y1 := adaptive(oy, oh, h)
		for ox := range ow {
			x0, x1 := adaptive(ox, ow, w)
			best, at := lowest, y0*w+x0
			for y := y0; y < y1; y++ {
				for i, v := range x[y*w+x0 : y*w+x1] {
					if v > best || v != v {
						best, at = v, y*w+x0+i
					}
				}
			}
			dst[oy*ow+ox] = best
			if idx != nil {
				idx[oy*ow+ox] = int64(at)
			}
		}
	}
}
