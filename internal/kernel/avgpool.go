package kernel

// AvgPool2d averages each kh x kw window of one plane x [h, w] into dst
// [oh, ow] (stride s, padding p with zeros). The divisor is divisorOverride if
// that is not 0, else the window's size: with countIncludePad the padding counts
// (but not what lies beyond it, where ceil mode made oh or ow larger).
func AvgPool2d[T Float](dst, x []T, h, w, kh, kw, sh, sw, ph, pw, oh, ow int, countIncludePad bool, divisorOverride int) {
	lo, hi := insidePlane(w, kw, sw, pw, 1, ow)
	top, bottom := insidePlane(h, kh, sh, ph, 1, oh)
	var a *PoolWindows
	d, single := as[float32](dst)
	xs, _ := as[float32](x)
	if single && h*w < 1<<31 {
		a = Active().AvgPoolWindows.windowsOf(sw, hi-lo)
	}
	if a != nil {
		defer a.free()
		a.Wide, a.XRow, a.Step, a.XLine, a.YLine = kw, w, 1, sh*w, ow
	}
	for oy := 0; oy < oh; {
		y0, y1, tall := average(oy*sh-ph, kh, h, ph)
		lines, done := 1, 0
		if a != nil && y0 < y1 {
			if oy >= top && oy < bottom {
				lines = a.lines(bottom-oy, kh, hi-lo)
			}
			a.Lines, a.Rows, a.Divisor = lines, y1-y0, float32(divisor((y1-y0)*kw, tall*kw, countIncludePad, divisorOverride))
			a.run(d[oy*ow+lo:], nil, xs, y0*w+lo*sw-pw, hi-lo)
			done = hi
		}
		if done < ow || lo > 0 {
			for i := range lines {
				y0, y1, tall := average((oy+i)*sh-ph, kh, h, ph)
				to := dst[(oy+i)*ow:][:ow]
				avgPoolColumns(to, x, y0, y1, tall, w, kw, sw, pw, 0, min(lo, done), countIncludePad, divisorOverride)
				avgPoolColumns(to, x, y0, y1, tall, w, kw, sw, pw, done, ow, countIncludePad, divisorOverride)
			}
		}
		oy += lines
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
//
// A row's shares are spread over its windows' columns once, and then added to each
// of the windows' rows.
func AvgPool2dBack[T Float](dx, g []T, h, w, kh, kw, sh, sw, ph, pw, oh, ow int, countIncludePad bool, divisorOverride int) {
	lo, hi := insidePlane(w, kw, sw, pw, 1, ow)
	one, two := columnParts.Get().(*[columnBlock]uint64), columnParts.Get().(*[columnBlock]uint64)
	defer columnParts.Put(one)
	defer columnParts.Put(two)
	row, shares := rowIn[T](one, w), rowIn[T](two, ow)
	for oy := range oh {
		y0, y1, tall := average(oy*sh-ph, kh, h, ph)
		if y0 >= y1 {
			continue
		}
		above := g[oy*ow:][:ow]
		for ox := range ow {
			if ox == lo && lo < hi { // all of one divisor
				by := divisor((y1-y0)*kw, tall*kw, countIncludePad, divisorOverride)
				BinaryScalar(Div, shares[lo:hi], above[lo:hi], T(by), false)
			}
			if ox >= lo && ox < hi {
				continue
			}
			x0, x1, wide := average(ox*sw-pw, kw, w, pw)
			shares[ox] = 0
			if x0 < x1 {
				shares[ox] = above[ox] / T(divisor((y1-y0)*(x1-x0), tall*wide, countIncludePad, divisorOverride))
			}
		}
		clear(row)
		for i := range kw { // column i of each window that lies in the plane
			first := max(0, (pw-i+sw-1)/sw)
			room := w - 1 + pw - i
			if last := min(ow, room/sw+1); room >= 0 && first < last {
				addEvery(row[first*sw-pw+i:], shares[first:last], sw)
			}
		}
		for y := y0; y < y1; y++ {
			combineRow(Sum, dx[y*w:][:w], row)
		}
	}
}

// addEvery adds x to every few elements of dst.
func addEvery[T Float](dst, x []T, every int) {
	switch every {
	case 1:
		combineRow(Sum, dst[:len(x)], x)
	case 2:
		dst = dst[:2*len(x)-1]
		for i, v := range x {
			dst[2*i] += v
		}
	default:
		for i, v := range x {
			dst[i*every] += v
		}
	}
}

// rowIn is room for n elements, of any content: held, if they fit there.
func rowIn[T Number](held *[columnBlock]uint64, n int) []T {
	if n > columnBlock {
		return make([]T, n)
	}
	return columnPart[T](held, n)
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
