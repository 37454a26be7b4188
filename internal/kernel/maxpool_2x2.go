package kernel

// maxPool2x2 is MaxPool2d with a 2 x 2 kernel, stride 2 and nothing beyond the
// plane: what most networks pool with, three times as fast.
func maxPool2x2[T Float](dst []T, idx []int64, x []T, w, oh, ow int) {
	for oy := range oh {
		upper, lower := x[2*oy*w:][:2*ow], x[(2*oy+1)*w:][:2*ow]
		to := dst[oy*ow:][:ow]
		for ox := range to {
			i := 2 * ox
			best, at := upper[i], i
			if v := upper[i+1]; v > best || v != v {
				best, at = v, i+1
			}
			if v := lower[i]; v > best || v != v {
				best, at = v, w+i
			}
			if v := lower[i+1]; v > best || v != v {
				best, at = v, w+i+1
			}
			to[ox] = best
			if idx != nil {
				idx[oy*ow+ox] = int64(2*oy*w + at)
			}
		}
	}
}
