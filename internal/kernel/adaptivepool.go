package kernel

import "math"

// adaptive is window i of the n that cover size elements: PyTorch's rule, from
// floor(i*size/n) to ceil((i+1)*size/n).
func adaptive(i, n, size int) (lo, hi int) {
	return i * size / n, ((i+1)*size + n - 1) / n
}

// AdaptiveAvgPool2d averages one plane x [h, w] over oh x ow windows that cover it
// evenly, neighbours sharing an edge where the lengths do not divide: the sums of a
// row of windows' columns first, then of each window's part of them.
func AdaptiveAvgPool2d[T Float](dst, x []T, h, w, oh, ow int) {
	if oh == 1 && ow == 1 && h*w >= 16 {
		dst[0] = Reduce(Sum, x[:h*w]) / T(h*w)
		return
	}
	if oh == h && ow == w {
		copy(dst[:h*w], x)
		return
	}
	if oh*ow > 0 && h%oh == 0 && w%ow == 0 {
		AvgPool2d(dst, x, h, w, h/oh, w/ow, h/oh, w/ow, 0, 0, oh, ow, false, 0)
		return
	}
	held := columnParts.Get().(*[columnBlock]uint64)
	defer columnParts.Put(held)
	sums := rowIn[T](held, w)
	for oy := range oh {
		y0, y1 := adaptive(oy, oh, h)
		copy(sums, x[y0*w:])
		for y := y0 + 1; y < y1; y++ {
			combineRow(Sum, sums, x[y*w:][:w])
		}
		for ox := range ow {
			x0, x1 := adaptive(ox, ow, w)
			var s T
			for _, v := range sums[x0:x1] {
				s += v
			}
			dst[oy*ow+ox] = s / T((y1-y0)*(x1-x0))
		}
	}
}

// AdaptiveAvgPool2dBack is the transpose of AdaptiveAvgPool2d: it writes to dx [h, w]
// the sums of the shares of every window in g [oh, ow].
func AdaptiveAvgPool2dBack[T Float](dx, g []T, h, w, oh, ow int) {
	if oh == 1 && ow == 1 {
		fillWith(dx[:h*w], g[0]/T(h*w))
		return
	}
	if oh*ow > 0 && h%oh == 0 && w%ow == 0 {
		AvgPool2dBackTiles(dx, g, h, w, h/oh, w/ow, h/oh, w/ow, 0, 0, oh, ow, 0)
		return
	}
	clear(dx[:h*w])
	held := columnParts.Get().(*[columnBlock]uint64)
	defer columnParts.Put(held)
	row := rowIn[T](held, w)
	for oy := range oh {
		y0, y1 := adaptive(oy, oh, h)
		clear(row)
		for ox := range ow {
			x0, x1 := adaptive(ox, ow, w)
			share := g[oy*ow+ox] / T((y1-y0)*(x1-x0))
			for i := x0; i < x1; i++ {
				row[i] += share
			}
		}
		for y := y0; y < y1; y++ {
			combineRow(Sum, dx[y*w:][:w], row)
		}
	}
}

// AdaptiveMaxPool2d is the largest element of each of AdaptiveAvgPool2d's windows.
// idx, equal elements and NaN as in MaxPool2d.
func AdaptiveMaxPool2d[T Float](dst []T, idx []int64, x []T, h, w, oh, ow int) {
	if oh*ow > 0 && h%oh == 0 && w%ow == 0 {
		MaxPool2d(dst, idx, x, h, w, h/oh, w/ow, h/oh, w/ow, 0, 0, 1, 1, oh, ow)
		return
	}
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
