package kernel

// ArgMax returns the place, in [0, n), of the largest of x[0], x[stride], ...
// x[(n-1)*stride]: the first one of equals; the first NaN if there is any.
// Without elements it returns -1.
func ArgMax[T Number](x []T, stride, n int) int {
	if n <= 0 {
		return -1
	}
	if row, ok := as[float32](x); ok && stride == 1 && n >= searched {
		return find(row[:n], Reduce(Max, row[:n]))
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
	if row, ok := as[float32](x); ok && stride == 1 && n >= searched {
		return find(row[:n], Reduce(Min, row[:n]))
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

// searched is the length from which the extreme of a row is found first and then looked
// for.
const searched = 32

// find is the place of the first element that is v, NaN being equal to itself; there is one.
func find(x []float32, v float32) int {
	i := 0
	if v != v {
		for x[i] == x[i] {
			i++
		}
		return i
	}
	for ; i+8 <= len(x); i += 8 {
		e := x[i : i+8 : i+8]
		if e[0] == v || e[1] == v || e[2] == v || e[3] == v || e[4] == v || e[5] == v || e[6] == v || e[7] == v {
			break
		}
	}
	for x[i] != v {
		i++
	}
	return i
}
