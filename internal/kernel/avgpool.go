package kernel

// AvgPool2d averages each kh x kw window of one plane x [h, w] into dst
// [oh, ow] (stride s, padding p with zeros). The divisor is divisorOverride if
// that is not 0, else the window's size: with countIncludePad the padding counts
// (but not what lies beyond it, where ceil mode made oh or ow larger).
func AvgPool2d[T Float](dst, x []T, h, w, kh, kw, sh, sw, ph, pw, oh, ow int, countIncludePad bool, divisorOverride int) {
	lo, hi := insidePlane(w, kw, sw, pw, 1, ow)
	var f func(*PoolWindows)
	var a *PoolWindows
	d, single := as[float32](dst)
	xs, _ := as[float32](x)
	if single && sw <= len(Active().AvgPoolWindows) && hi-lo >= poolLeast && h*w < 1<<31 {
		f = Active().AvgPoolWindows[sw-1]
	}
	if f != nil {
		a = freePoolWindows.Get().(*PoolWindows)
		defer a.free()
		a.Wide, a.XRow, a.Step = kw, w, 1
	}
	for oy := range oh {
		y0, y1, tall := average(oy*sh-ph, kh, h, ph)
		to, done := dst[oy*ow:][:ow], 0
		if f != nil && y0 < y1 {
			avgPoolColumns(to, x, y0, y1, tall, w, kw, sw, pw, 0, lo, countIncludePad, divisorOverride)
			a.Rows, a.Divisor = y1-y0, float32(divisor((y1-y0)*kw, tall*kw, countIncludePad, divisorOverride))
			a.run(f, d[oy*ow+lo:], nil, xs, y0*w+lo*sw-pw, sw, hi-lo)
			done = hi
		}
		avgPoolColumns(to, x, y0, y1, tall, w, kw, sw, pw, done, ow, countIncludePad, divisorOverride)
	}
}

// avgPoolColumns is the columns lo to hi of one row of AvgPool2d, whose windows cover the
// rows y0 to y1 and tall rows with the padding.
func avgPoolColumns[T Float](dst, x []T, y0, y1, tall, w, kw, sw, pw, lo, hi int, countIncludePad bool, divisorOverride int) {
	for ox := lo; ox < hi; ox++ {
		x0, x1, wide := average(ox*sw-pw, kw, w, pw)
		if y0 >= y1 || x0 >= x1 {
			dst[ox] = 0
			continue
		}
		var s T
		for y := y0; y < y1; y++ {
			for _, v := range x[y*w+x0 : y*w+x1] {
				s += v
			}
		}
		dst[ox] = s / T(divisor((y1-y0)*(x1-x0), tall*wide, countIncludePad, divisorOverride))
	}
}

// AvgPool2dBack adds to the gradient dx [h, w] of one plane the share of every
// window in the gradient g [oh, ow] coming from above. Arguments as AvgPool2d.
func AvgPool2dBack[T Float](dx, g []T, h, w, kh, kw, sh, sw, ph, pw, oh, ow int, countIncludePad bool, divisorOverride int) {
	for oy := range oh {
		y0, y1, tall := average(oy*sh-ph, kh, h, ph)
		for ox := range ow {
			x0, x1, wide := average(ox*sw-pw, kw, w, pw)
			if y0 >= y1 || x0 >= x1 {
				continue
			}
			share := g[oy*ow+ox] / T(divisor((y1-y0)*(x1-x0), tall*wide, countIncludePad, divisorOverride))
			for y := y0; y < y1; y++ {
				row := dx[y*w+x0 : y*w+x1]
				for i := range row {
					row[i] += share
				}
			}
		}
	}
}

// average returns the part [lo, hi) of a window that lies in [0, size), and how
// many of its places lie in the padded input.
func average(start, k, size, padding int) (lo, hi, padded int) {
	end := min(start+k, size+padding)
	return max(start, 0), min(end, size), end - start
}

// divisor picks what the sum of a window is divided by.
func divisor(inside, padded int, countIncludePad bool, override int) int {
	switch {
	case override != 0:
		return override
	case countIncludePad:
		return padded
	}
	return inside
}
