package kernel

// BinaryScalar computes dst[i] = op(x[i], y), or op(y, x[i]) when swapped.
func BinaryScalar[T Number](op BinaryOp, dst, x []T, y T, swapped bool) {
	if len(dst) == 0 {
		return
	}
	x = x[:len(dst)]
	if swapped && (op == Add || op == Mul || op == Maximum || op == Minimum) {
		swapped = false
	}
	if d, ok := as[float32](dst); ok {
		f := Active().Scalar32[op]
		if swapped {
			f = Active().NumberFirst32[op]
		}
		if f != nil {
			x, _ := as[float32](x)
			f(d, x, float32(y))
			return
		}
	}
	if swapped {
		checkInteger(op, x)
		scalarLeft(op, dst, y, x)
		return
	}
	checkInteger(op, []T{y})
	scalarRight(op, dst, x, y)
}

// scalarRight computes dst[i] = op(x[i], y).
func scalarRight[T Number](op BinaryOp, dst, x []T, y T) {
	switch op {
	case Add:
		for i, v := range x {
			dst[i] = v + y
		}
	case Sub:
		for i, v := range x {
			dst[i] = v - y
		}
	case Mul:
		for i, v := range x {
			dst[i] = v * y
		}
	case Div:
		for i, v := range x {
			dst[i] = v / y
		}
	case Pow:
		powScalarOf(dst, x, y)
	default:
		var block [scalarBlock]T
		fillBlock(&block, y, len(dst))
		for len(dst) > 0 {
			n := min(len(dst), scalarBlock)
			binaryGeneric(op, dst[:n], x[:n], block[:n])
			dst, x = dst[n:], x[n:]
		}
	}
}

// scalarLeft computes dst[i] = op(x, y[i]).
func scalarLeft[T Number](op BinaryOp, dst []T, x T, y []T) {
	var block [scalarBlock]T
	fillBlock(&block, x, len(dst))
	for len(dst) > 0 {
		n := min(len(dst), scalarBlock)
		binaryGeneric(op, dst[:n], block[:n], y[:n])
		dst, y = dst[n:], y[n:]
	}
}

// scalarBlock is how many copies of the scalar operand are laid out, so that
// the loops for two slices serve.
const scalarBlock = 128

func fillBlock[T Number](block *[scalarBlock]T, v T, n int) {
	for i := range min(n, scalarBlock) {
		block[i] = v
	}
}

// powScalarOf is x^y with one exponent; integers keep all their 64 bits.
func powScalarOf[T Number](dst, x []T, y T) {
	if isFloat[T]() {
		powScalar(dst, x, float64(y))
		return
	}
	for i, v := range x {
		dst[i] = powInt(v, int64(y))
	}
}
