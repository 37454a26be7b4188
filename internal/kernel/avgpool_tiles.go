package kernel

// AvgPool2dBackTiles is AvgPool2dBack into a plane of any content, where the windows touch, do not overlap and all lie in
// the plane, arguments likewise; else it does nothing and returns false. What no window covers becomes 0.
func AvgPool2dBackTiles[T Float](dx, g []T, h, w, kh, kw, sh, sw, ph, pw, oh, ow int, divisorOverride int) bool {
	if kh != sh || kw != sw || ph != 0 || pw != 0 || oh*kh > h || ow*kw > w {
		return false
	}
	by := T(divisor(kh*kw, kh*kw, false, divisorOverride))
	for oy := range oh {
		above, tile := g[oy*ow:][:ow], dx[oy*kh*w:][:kh*w]
		row := tile[:w]
		shares := row[:ow]
		if kh > 1 {
			shares = tile[w:][:ow] // what is written over by the copies of row
		}
		BinaryScalar(Div, shares, above, by, false)
		spread(row[:ow*kw], shares, kw)
		clear(row[ow*kw:])
		for y := 1; y < kh; y++ {
			copy(tile[y*w:], row)
		}
	}
	clear(dx[oh*kh*w : h*w])
	return true
}

// spread writes every element of x k times; x may be the first elements of dst.
func spread[T Float](dst, x []T, k int) {
	if d, ok := as[float32](dst); ok && k == 2 && &dst[0] != &x[0] {
		s, _ := as[float32](x)
		Weave(d, s, s)
		return
	}
	for i := len(x) - 1; i >= 0; i-- {
		v := x[i]
		to := dst[i*k:][:k]
		for j := range to {
			to[j] = v
		}
	}
}
