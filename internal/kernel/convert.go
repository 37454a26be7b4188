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
		for len(dst) > 0 {
			done, ok := truncateVectors(dst, src)
			dst, src = dst[done:], src[done:]
			few := len(dst)
			if ok { // these stopped the kernel, or are too few for it
				few = min(few, truncateLanes)
			}
			for i, v := range src[:few] {
				dst[i] = D(truncate(float64(v)))
			}
			dst, src = dst[few:], src[few:]
		}
		return
	}
	whole := convertVectors(dst, src)
	dst, src = dst[whole:], src[whole:]
	for i, v := range src {
		dst[i] = D(v)
	}
}

// truncateLanes is how many elements the kernels that cut floats to integers do at a time.
const truncateLanes = 8

// truncateVectors cuts floats to integers with the kernel that there is for these types, up to
// the first eight of which one does not fit int32, and returns how many elements it did, and
// whether there is one.
func truncateVectors[D, S Number](dst []D, src []S) (done int, ok bool) {
	table := Active()
	s, ok := as[float32](src)
	if !ok {
		return 0, false
	}
	if d, ok := as[int64](dst); ok && table.ToInt64 != nil {
		return table.ToInt64(d, s), true
	}
	if d, ok := as[int32](dst); ok && table.ToInt32 != nil {
		return table.ToInt32(d, s), true
	}
	if d, ok := as[uint8](dst); ok && table.ToUint8 != nil {
		return table.ToUint8(d, s), true
	}
	return 0, false
}

// convertVectors does what there is a kernel for and returns how many elements these are.
func convertVectors[D, S Number](dst []D, src []S) (whole int) {
	table := Active()
	if d, ok := as[float64](dst); ok {
		if s, ok := as[float32](src); ok && table.Widen32 != nil {
			return table.Widen32(d, s)
		}
	}
	d, ok := as[float32](dst)
	if !ok {
		return 0
	}
	if s, ok := as[float64](src); ok && table.Narrow64 != nil {
		return table.Narrow64(d, s)
	}
	if s, ok := as[int32](src); ok && table.FromInt32 != nil {
		return table.FromInt32(d, s)
	}
	if s, ok := as[uint8](src); ok && table.FromUint8 != nil {
		return table.FromUint8(d, s)
	}
	return 0
}

// ConvertPixels computes dst[i] = (x[i]/255 - mean) / std in float32, one rounding after
// each operation: the bits of torchvision's ToTensor and Normalize.
func ConvertPixels(dst []float32, x []uint8, mean, std float32) {
	x = x[:len(dst)]
	whole := 0
	if f := Active().Pixels32; f != nil {
		whole = f(dst, x, mean, std)
	}
	for i := whole; i < len(x); i++ {
		scaled := float32(x[i]) / 255
		dst[i] = (scaled - mean) / std
	}
}

// ConvertToBool computes dst[i] = src[i] != 0; NaN is true.
func ConvertToBool[S Number](dst []bool, src []S) {
	src = src[:len(dst)]
	if s, ok := as[float32](src); ok && Active().ToBool != nil {
		whole := Active().ToBool(dst, s)
		dst, src = dst[whole:], src[whole:]
	}
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
