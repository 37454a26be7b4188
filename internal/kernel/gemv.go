package kernel

// gemvBlock is how many results of gemv are on the stack at once.
const gemvBlock = 256

// gemv is the product with a vector: y[i*ys] = or += sum over l in [0, k) of
// a[i*ars+l*acs] * x[l*xs] for i in [0, m).
func gemv[T Float](m, k int, a []T, ars, acs int, x []T, xs int, y []T, ys int, accumulate bool) {
	var block [gemvBlock]T
	for i := 0; i < m; i += gemvBlock {
		sums := block[:min(gemvBlock, m-i)]
		if ars == 1 && acs != 1 {
			clear(sums)
			gemvColumns(sums, a[i:], acs, x, xs, k)
		} else {
			gemvRows(sums, a[i*ars:], ars, acs, x, xs, k)
		}
		for j, v := range sums {
			at := (i + j) * ys
			if accumulate {
				v += y[at]
			}
			y[at] = v
		}
	}
}

// gemvColumns adds to sums the columns of a, each contiguous, times x.
func gemvColumns[T Float](sums, a []T, acs int, x []T, xs, k int) {
	l := 0
	for ; l+4 <= k; l += 4 {
		x0, x1, x2, x3 := x[l*xs], x[(l+1)*xs], x[(l+2)*xs], x[(l+3)*xs]
		a0, a1 := a[l*acs:][:len(sums)], a[(l+1)*acs:][:len(sums)]
		a2, a3 := a[(l+2)*acs:][:len(sums)], a[(l+3)*acs:][:len(sums)]
		for i := range sums {
			sums[i] += (a0[i]*x0 + a1[i]*x1) + (a2[i]*x2 + a3[i]*x3)
		}
	}
	for ; l < k; l++ {
		x0, a0 := x[l*xs], a[l*acs:][:len(sums)]
		for i := range sums {
			sums[i] += a0[i] * x0
		}
	}
}

// gemvRows sets sums to the rows of a times x.
func gemvRows[T Float](sums, a []T, ars, acs int, x []T, xs, k int) {
	for i := range sums {
		row := a[i*ars:]
		if acs == 1 && xs == 1 {
			sums[i] = dot(row[:k], x)
			continue
		}
		var s0, s1, s2, s3 T
		l := 0
		for ; l+4 <= k; l += 4 {
			s0 += row[l*acs] * x[l*xs]
			s1 += row[(l+1)*acs] * x[(l+1)*xs]
			s2 += row[(l+2)*acs] * x[(l+2)*xs]
			s3 += row[(l+3)*acs] * x[(l+3)*xs]
		}
		for ; l < k; l++ {
			s0 += row[l*acs] * x[l*xs]
		}
		sums[i] = (s0 + s1) + (s2 + s3)
	}
}

// dot is the sum of x[i]*y[i], with eight accumulators.
func dot[T Float](x, y []T) T {
	y = y[:len(x)]
	var s0, s1, s2, s3, s4, s5, s6, s7 T
	for len(x) >= 8 && len(y) >= 8 {
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
		s4 += x[4] * y[4]
		s5 += x[5] * y[5]
		s6 += x[6] * y[6]
		s7 += x[7] * y[7]
		x, y = x[8:], y[8:]
	}
	for i, v := range x {
		s0 += v * y[i]
	}
	return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
}

// ColumnSums sets dst[j], or adds to it, to the sum over i of x[i*xrs+j*xcs], for i in
// [0, rows) and every j of dst.
func ColumnSums[T Float](dst, x []T, rows, xrs, xcs int, accumulate bool) {
	if len(dst) == 1 && xrs == 1 && rows > 0 && !accumulate {
		dst[0] = Reduce(Sum, x[:rows])
		return
	}
	row, ok := any(oneFloat32).([]T) // a row of ones: it stays where it is
	if !ok {
		row = any(oneFloat64).([]T)
	}
	GemmSerial(1, len(dst), rows, row, 0, 0, x, xrs, xcs, dst, len(dst), accumulate)
}

var oneFloat32, oneFloat64 = []float32{1}, []float64{1}
