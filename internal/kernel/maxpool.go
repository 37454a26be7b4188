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
	// Columns lo to hi are vectors' work, and rows top to bottom may be done several at a time.
	lo, hi := insidePlane(w, kw, sw, pw, dw, ow)
	top, bottom := insidePlane(h, kh, sh, ph, dh, oh)
	var a *PoolWindows
	d, single := as[float32](dst)
	xs, _ := as[float32](x)
	if single && h*w < 1<<31 {
		a = Active().MaxPoolWindows.windowsOf(sw, hi-lo)
	}
	if a == nil {
		lo, hi = 0, 0
	} else {
		defer a.free()
		a.Wide, a.XRow, a.Step, a.XLine, a.YLine = kw, dh*w, dw, sh*w, ow
	}
	for oy := 0; oy < oh; {
		y0, y1 := window(oy*sh-ph, kh, dh, h)
		lines, done := 1, 0
		if a != nil && y0 < y1 {
			if oy >= top && oy < bottom {
				lines = a.lines(bottom-oy, kh, hi-lo)
			}
			a.Lines, a.Rows = lines, (y1-y0+dh-1)/dh
			a.run(d[oy*ow+lo:], tail(idx, oy*ow+lo), xs, y0*w+lo*sw-pw, hi-lo)
			done = hi
		}
		if done < ow || lo > 0 {
			for i := range lines {
				y0, y1 := window((oy+i)*sh-ph, kh, dh, h)
				to, at := dst[(oy+i)*ow:][:ow], tail(idx, (oy+i)*ow)
				maxPoolColumns(to, at, x, y0, y1, w, kw, sw, pw, dh, dw, 0, min(lo, done))
				maxPoolColumns(to, at, x, y0, y1, w, kw, sw, pw, dh, dw, done, ow)
			}
		}
		oy += lines
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
