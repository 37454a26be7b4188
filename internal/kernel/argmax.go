package kernel

// ArgMax returns the place, in [0, n), of the largest of x[0], x[stride], ...
// x[(n-1)*stride]: the first one of equals; the first NaN if there is any.
// Without elements it returns -1.
func ArgMax[T Number](x []T, stride, n int) int {
	if n <= 0 {
		return -1
	}
	best, at := x[0], 0
	for i := range n {
		v := x[i*stride]
		if v != v {
			return i
		}
		if v > best {
			best, at = v, i
		}
	}
	return at
}

// ArgMin returns the place of the smallest element; see ArgMax.
func ArgMin[T Number](x []T, stride, n int) int {
	if n <= 0 {
		return -1
	}
	best, at := x[0], 0
	for i := range n {
		v := x[i*stride]
		if v != v {
			return i
		}
		if v < best {
			best, at = v, i
		}
	}
	return at
}
