package kernel

// Convert computes dst[i] = D(src[i]).
//
// A float going to an integer type is cut toward zero and passes through int64:
// NaN gives 0, what lies beyond int64 its nearest end, and the rest keeps its
// low bits as integers do (-1.5 becomes 255 in uint8, 300 becomes 44). This is
// the same on every machine, and what PyTorch gives on amd64 for values that
// fit int64.
func Convert[D, S Number](dst []D, src []S) {
	src = src[:len(dst)]
	if d, ok := as[S](dst); ok {
		copy(d, src)
		return
	}
	if isFloat[S]() && !isFloat[D]() {
		for i, v := range src {
			dst[i] = D(truncate(float64(v)))
		}
		return
	}
	for i, v := range src {
		dst[i] = D(v)
	}
}

// ConvertToBool computes dst[i] = src[i] != 0; NaN is true.
func ConvertToBool[S Number](dst []bool, src []S) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = v != 0
	}
}

// ConvertFromBool computes dst[i] = 1 where src[i] is true, else 0.
func ConvertFromBool[D Number](dst []D, src []bool) {
	src = src[:len(dst)]
	for i, v := range src {
		var d D
		if v {
			d = 1
		}
		dst[i] = d
	}
}
