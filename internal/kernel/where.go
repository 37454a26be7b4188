package kernel

// Where computes dst[i] = x[i] where cond[i] is true, else y[i].
func Where[T any](dst []T, cond []bool, x, y []T) {
	cond, x, y = cond[:len(dst)], x[:len(dst)], y[:len(dst)]
	if d, ok := as[uint32](dst); ok {
		if f := Active().Where32; f != nil {
			a, _ := as[uint32](x)
			b, _ := as[uint32](y)
			whole := f(d, cond, a, b)
			dst, cond, x, y = dst[whole:], cond[whole:], x[whole:], y[whole:]
		}
	}
	for i, c := range cond {
		v := y[i]
		if c {
			v = x[i]
		}
		dst[i] = v
	}
}
