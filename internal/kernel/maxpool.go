package kernel

import "math"

// MaxPool2d pools one plane x [h, w] into dst [oh, ow]: the largest element of
// each kh x kw window (stride s, padding p with -Inf, dilation d). idx, unless
// nil, gets its flat place y*w+x in the plane. The first of equals wins; NaN
// beats everything, the last one of several, as in PyTorch. A window that a large
// dilation leaves without any element gives -Inf and the place -1.
func MaxPool2d[T Float](dst []T, idx []int64, x []T, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow int) {
	if kh == 2 && kw == 2 && sh == 2 && sw == 2 && ph == 0 && pw == 0 && dh == 1 && dw == 1 && 2*oh <= h && 2*ow <= w {
		maxPool2x2(dst, idx, x, w, oh, ow)
		return
	}
	// Columns lo to hi are vectors' work.
	lo, hi := insidePlane(w, kw, sw, pw, dw, ow)
	var f func(*PoolWindows)
	var a *PoolWindows
	d, single := as[float32](dst)
	xs, _ := as[float32](x)
	every := 1 // which results of a kernel count
	if single && h*w < 1<<31 {
		switch {
		case sw <= len(Active().MaxPoolWindows) && hi-lo >= poolLeast:
			f = Active().MaxPoolWindows[sw-1]
		case sw > len(Active().MaxPoolWindows) && sw <= poolEvery && (hi-lo-1)*sw >= poolLeast:
			f, every = Active().MaxPoolWindows[0], sw
		}
	}
	if f == nil {
		lo, hi = 0, 0
	} else {
		a = freePoolWindows.Get().(*PoolWindows)
		defer a.free()
		a.Wide, a.XRow, a.Step = kw, dh*w, dw
	}
	for oy := range oh {
		y0, y1 := window(oy*sh-ph, kh, dh, h)
		to, at, done := dst[oy*ow:][:ow], tail(idx, oy*ow), 0
		if f != nil && y0 < y1 {
			maxPoolColumns(to, at, x, y0, y1, w, kw, sw, pw, dh, dw, 0, lo)
			a.Rows = (y1 - y0 + dh - 1) / dh
			first := y0*w + lo*sw - pw
			if every == 1 {
				a.run(f, d[oy*ow+lo:], tail(at, lo), xs, first, sw, hi-lo)
			} else {
				a.runEvery(every, f, d[oy*ow+lo:], tail(at, lo), xs, first, hi-lo)
			}
			done = hi
		}
		maxPoolColumns(to, at, x, y0, y1, w, kw, sw, pw, dh, dw, done, ow)
	}
}

// maxPoolColumns is the columns lo to hi of one row of MaxPool2d, whose windows cover the
// rows y0 to y1.
func maxPoolColumns[T Float](dst []T, idx []int64, x []T, y0, y1, w, kw, sw, pw, dh, dw, lo, hi int) {
	lowest := T(math.Inf(-1))
	for ox := lo; ox < hi; ox++ {
		x0, x1 := window(ox*sw-pw, kw, dw, w)
		best, at := lowest, y0*w+x0
		if y0 >= y1 || x0 >= x1 {
			at = -1
		}
		for y := y0; y < y1; y += dh {
			row := x[y*w:][:w]
			for i := x0; i < x1; i += dw {
				if v := row[i]; v > best || v != v {
					best, at = v, y*w+i
				}
			}
		}
		dst[ox] = best
		if idx != nil {
			idx[ox] = int64(at)
		}
	}
}

// MaxPool2dBack adds to the gradient dx of one plane what came from above:
// dx[idx[i]] += g[i], where idx[i] is not negative.
func MaxPool2dBack[T Float](dx, g []T, idx []int64) {
	idx = idx[:len(g)]
	for i, v := range g {
		if at := idx[i]; at >= 0 {
			dx[at] += v
		}
	}
}

// window returns the places lo, lo+dilation, ... < hi of a window of size k that
// begins at start and lie in [0, size).
func window(start, k, dilation, size int) (lo, hi int) {
	hi = min(start+(k-1)*dilation+1, size)
	if start < 0 {
		start += (-start + dilation - 1) / dilation * dilation
	}
	return start, hi
}
