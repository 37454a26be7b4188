package kernel

// The loops of normalisations. All calculate in float64, whatever the type of the
// elements; dst may be one of the operands.

// Affine writes (x-mean)*scale + shift.
func Affine[T Float](dst, x []T, mean, scale, shift float64) {
	x = x[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().Affine32; f != nil {
			s, _ := as[float32](x)
			whole := f(d, s, mean, scale, shift)
			dst, x = dst[whole:], x[whole:]
		}
	}
	for i, v := range x {
		dst[i] = T((float64(v)-mean)*scale + shift)
	}
}

// Centred writes scale * (g*weight - shift - (x-mean)*slope).
func Centred[T Float](dst, g, x []T, weight, mean, scale, shift, slope float64) {
	g, x = g[:len(dst)], x[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().Centred32; f != nil {
			gs, _ := as[float32](g)
			xs, _ := as[float32](x)
			whole := f(d, gs, xs, weight, mean, scale, shift, slope)
			dst, g, x = dst[whole:], g[whole:], x[whole:]
		}
	}
	for i, v := range g {
		dst[i] = T(scale * (float64(v)*weight - shift - (float64(x[i])-mean)*slope))
	}
}

// CentredProducts adds up g and g*(x-mean).
func CentredProducts[T Float](g, x []T, mean float64) (sum, dot float64) {
	x = x[:len(g)]
	if gs, ok := as[float32](g); ok {
		if f := Active().CentredProducts32; f != nil {
			var whole int
			xs, _ := as[float32](x)
			whole, sum, dot = f(gs, xs, mean)
			g, x = g[whole:], x[whole:]
		}
	}
	var s0, s1, d0, d1 float64
	i := 0
	for ; i+1 < len(g); i += 2 {
		g0, g1 := float64(g[i]), float64(g[i+1])
		s0 += g0
		s1 += g1
		d0 += g0 * (float64(x[i]) - mean)
		d1 += g1 * (float64(x[i+1]) - mean)
	}
	if i < len(g) {
		s0 += float64(g[i])
		d0 += float64(g[i]) * (float64(x[i]) - mean)
	}
	return sum + (s0 + s1), dot + (d0 + d1)
}
