package kernel

// The loops of normalisations in which each element has a weight of its own, as in a
// layer's normalisation.

// AffineEach writes (x-mean)*scale*w + b.
func AffineEach[T Float](dst, x, w, b []T, mean, scale float64) {
	x, w, b = x[:len(dst)], w[:len(dst)], b[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().AffineEach32; f != nil {
			xs, _ := as[float32](x)
			ws, _ := as[float32](w)
			bs, _ := as[float32](b)
			whole := f(d, xs, ws, bs, mean, scale)
			dst, x, w, b = dst[whole:], x[whole:], w[whole:], b[whole:]
		}
	}
	for i, v := range x {
		dst[i] = T((float64(v)-mean)*scale*float64(w[i]) + float64(b[i]))
	}
}

// ProductsEach adds up g*w and g*w*(x-mean).
func ProductsEach[T Float](g, x, w []T, mean float64) (sum, dot float64) {
	x, w = x[:len(g)], w[:len(g)]
	if gs, ok := as[float32](g); ok {
		if f := Active().ProductsEach32; f != nil {
			var whole int
			xs, _ := as[float32](x)
			ws, _ := as[float32](w)
			whole, sum, dot = f(gs, xs, ws, mean)
			g, x, w = g[whole:], x[whole:], w[whole:]
		}
	}
	for i, u := range g {
		v := float64(u) * float64(w[i])
		sum += v
		dot += v * (float64(x[i]) - mean)
	}
	return sum, dot
}

// CentredEach writes scale * (g*w - shift - (x-mean)*slope).
func CentredEach[T Float](dst, g, x, w []T, mean, scale, shift, slope float64) {
	g, x, w = g[:len(dst)], x[:len(dst)], w[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().CentredEach32; f != nil {
			gs, _ := as[float32](g)
			xs, _ := as[float32](x)
			ws, _ := as[float32](w)
			whole := f(d, gs, xs, ws, mean, scale, shift, slope)
			dst, g, x, w = dst[whole:], g[whole:], x[whole:], w[whole:]
		}
	}
	for i, v := range g {
		dst[i] = T(scale * (float64(v)*float64(w[i]) - shift - (float64(x[i])-mean)*slope))
	}
}

// Accumulate adds g to sums and g*(x-mean)*scale to dots, element by element.
func Accumulate[T Float](sums, dots []float64, g, x []T, mean, scale float64) {
	sums, dots, x = sums[:len(g)], dots[:len(g)], x[:len(g)]
	if gs, ok := as[float32](g); ok {
		if f := Active().Accumulate32; f != nil {
			xs, _ := as[float32](x)
			whole := f(sums, dots, gs, xs, mean, scale)
			sums, dots, g, x = sums[whole:], dots[whole:], g[whole:], x[whole:]
		}
	}
	for i, v := range g {
		sums[i] += float64(v)
		dots[i] += float64(v) * (float64(x[i]) - mean) * scale
	}
}
