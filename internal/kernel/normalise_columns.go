package kernel

// The loops of normalisations over rows of columns that each have numbers of their own: a
// batch of vectors, or of planes so small that a call for each would cost more than its
// work. All calculate in float64, a row at a time, so that a column's bits do not depend on
// which columns are done with it; dst may be one of the operands.

// ColumnTotals adds x to sums.
func ColumnTotals[T Float](sums []float64, x []T) {
	sums = sums[:len(x)]
	if xs, ok := as[float32](x); ok {
		if f := Active().ColumnTotals32; f != nil {
			whole := f(sums, xs)
			sums, x = sums[whole:], x[whole:]
		}
	}
	for i, v := range x {
		sums[i] += float64(v)
	}
}

// ColumnDeviations adds (x-mean)^2 to m2.
func ColumnDeviations[T Float](m2, mean []float64, x []T) {
	m2, mean = m2[:len(x)], mean[:len(x)]
	if xs, ok := as[float32](x); ok {
		if f := Active().ColumnDeviations32; f != nil {
			whole := f(m2, mean, xs)
			m2, mean, x = m2[whole:], mean[whole:], x[whole:]
		}
	}
	for i, v := range x {
		d := float64(v) - mean[i]
		m2[i] += float64(d * d) // rounded, as in vectors
	}
}

// ColumnProducts adds g to sums and g*(x-mean) to dots.
func ColumnProducts[T Float](sums, dots, mean []float64, g, x []T) {
	sums, dots, mean, x = sums[:len(g)], dots[:len(g)], mean[:len(g)], x[:len(g)]
	if gs, ok := as[float32](g); ok {
		if f := Active().ColumnProducts32; f != nil {
			xs, _ := as[float32](x)
			whole := f(sums, dots, mean, gs, xs)
			sums, dots, mean, g, x = sums[whole:], dots[whole:], mean[whole:], g[whole:], x[whole:]
		}
	}
	for i, v := range g {
		sums[i] += float64(v)
		dots[i] += float64(float64(v) * (float64(x[i]) - mean[i]))
	}
}

// ColumnAffine writes (x-mean)*scale + shift.
func ColumnAffine[T Float](dst, x []T, mean, scale, shift []float64) {
	x, mean, scale, shift = x[:len(dst)], mean[:len(dst)], scale[:len(dst)], shift[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().ColumnAffine32; f != nil {
			xs, _ := as[float32](x)
			whole := f(d, xs, mean, scale, shift)
			dst, x, mean, scale, shift = dst[whole:], x[whole:], mean[whole:], scale[whole:], shift[whole:]
		}
	}
	for i, v := range x {
		dst[i] = T(float64((float64(v)-mean[i])*scale[i]) + shift[i])
	}
}

// ColumnCentred writes scale * (g - shift - (x-mean)*slope).
func ColumnCentred[T Float](dst, g, x []T, mean, scale, shift, slope []float64) {
	g, x = g[:len(dst)], x[:len(dst)]
	mean, scale, shift, slope = mean[:len(dst)], scale[:len(dst)], shift[:len(dst)], slope[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().ColumnCentred32; f != nil {
			gs, _ := as[float32](g)
			xs, _ := as[float32](x)
			whole := f(d, gs, xs, mean, scale, shift, slope)
			dst, g, x = dst[whole:], g[whole:], x[whole:]
			mean, scale, shift, slope = mean[whole:], scale[whole:], shift[whole:], slope[whole:]
		}
	}
	for i, v := range g {
		dst[i] = T(scale[i] * (float64(v) - shift[i] - float64((float64(x[i])-mean[i])*slope[i])))
	}
}
