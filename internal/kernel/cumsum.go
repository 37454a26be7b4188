package kernel

// CumSum computes dst[i] = x[0] + ... + x[i]: floats in float64, each sum
// rounded to T; integers wrap around.
func CumSum[T Number](dst, x []T) {
	x = x[:len(dst)]
	if isFloat[T]() {
		s := 0.0
		for i, v := range x {
			s += float64(v)
			dst[i] = T(s)
		}
		return
	}
	var s T
	for i, v := range x {
		s += v
		dst[i] = s
	}
}
