package kernel

// MaxPool2dGather is the transpose of MaxPool2dBack: dst[i] = x[idx[i]], and 0
// where idx[i] is negative.
func MaxPool2dGather[T Float](dst, x []T, idx []int64) {
	idx = idx[:len(dst)]
	for i, at := range idx {
		if at < 0 {
			dst[i] = 0
			continue
		}
		dst[i] = x[at]
	}
}
