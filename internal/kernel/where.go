package kernel

// Where computes dst[i] = x[i] where cond[i] is true, else y[i].
func Where[T any](dst []T, cond []bool, x, y []T) {
	cond, x, y = cond[:len(dst)], x[:len(dst)], y[:len(dst)]
	for i, c := range cond {
		v := y[i]
		if c {
			v = x[i]
		}
		dst[i] = v
	}
}
