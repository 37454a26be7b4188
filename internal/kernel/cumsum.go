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

// CumSums is CumSum of four lines at once, whose additions do not wait for each other.
func CumSums[A, T Number](dst, x [4][]T) {
	n := len(dst[0])
	d0, d1, d2, d3 := dst[0], dst[1][:n], dst[2][:n], dst[3][:n]
	x0, x1, x2, x3 := x[0][:n], x[1][:n], x[2][:n], x[3][:n]
	var s0, s1, s2, s3 A
	for i := range n {
		s0 += A(x0[i])
		s1 += A(x1[i])
		s2 += A(x2[i])
		s3 += A(x3[i])
		d0[i], d1[i], d2[i], d3[i] = T(s0), T(s1), T(s2), T(s3)
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
