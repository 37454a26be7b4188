package kernel

// CumSum computes dst[i] = x[0] + ... + x[i], each sum kept in A and rounded to T:
// float64 for floats; an integer A wraps around.
func CumSum[A, T Number](dst, x []T) {
	x = x[:len(dst)]
	var s A
	for i, v := range x {
		s += A(v)
		dst[i] = T(s)
	}
}

// CumSumRow takes the running sums of len(sums) columns one row on, with the bits of
// CumSum: it adds x to sums and writes them, rounded to T, to dst. Neighbours in a row
// lie stride elements apart in x and step in dst.
func CumSumRow[A, T Number](sums []A, dst []T, step int, x []T, stride int) {
	if step == 1 && stride == 1 {
		dst, x = dst[:len(sums)], x[:len(sums)]
		for i, v := range x {
			sums[i] += A(v)
			dst[i] = T(sums[i])
		}
		return
	}
	for i := range sums {
		sums[i] += A(x[i*stride])
		dst[i*step] = T(sums[i])
	}
}
