package kernel

// gemvNEON is gemv.
func gemvNEON(m, k int, a []float32, ars, acs int, x []float32, xs int, y []float32, ys int, accumulate bool) {
	var block [gemvBlock]float32
	for i := 0; i < m; i += gemvBlock {
		sums := block[:min(gemvBlock, m-i)]
		switch {
		case acs == 1 && xs == 1:
			for j := range sums {
				sums[j] = dotNEON(a[(i+j)*ars:][:k], x)
			}
		case ars == 1:
			clear(sums)
			gemvColumns4NEON(sums, a[i:], acs, x, xs, k)
		default:
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

// dotNEON is the sum of x[i]*y[i].
func dotNEON(x, y []float32) float32 {
	y = y[:len(x)]
	var s float32
	for len(x) > 0 {
		n := min(len(x), assemblyElements)
		s += gemvDotNEON(&x[0], &y[0], n)
		x, y = x[n:], y[n:]
	}
	return s
}

// gemvColumns4NEON adds to sums the columns of a, each contiguous, times x: four at
// once, whose products come together before they are added to the sum.
func gemvColumns4NEON(sums, a []float32, acs int, x []float32, xs, k int) {
	n, l := len(sums), 0
	for ; l+4 <= k; l += 4 {
		a0, a1 := a[l*acs:][:n], a[(l+1)*acs:][:n]
		a2, a3 := a[(l+2)*acs:][:n], a[(l+3)*acs:][:n]
		gemvColumnsNEON(&sums[0], &sums[0], &a0[0], &a1[0], &a2[0], &a3[0], n, x[l*xs], x[(l+1)*xs], x[(l+2)*xs], x[(l+3)*xs])
	}
	for ; l < k; l++ {
		column := a[l*acs:][:n]
		gemvColumnNEON(&sums[0], &sums[0], &column[0], n, x[l*xs])
	}
}
