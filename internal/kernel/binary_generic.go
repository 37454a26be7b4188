package kernel

import (
	"fmt"
	"math"
)

// binaryGeneric is the reference. All three have one length.
func binaryGeneric[T Number](op BinaryOp, dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	switch op {
	case Add:
		for i, v := range x {
			dst[i] = v + y[i]
		}
	case Sub:
		for i, v := range x {
			dst[i] = v - y[i]
		}
	case Mul:
		for i, v := range x {
			dst[i] = v * y[i]
		}
	case Div:
		for i, v := range x {
			dst[i] = v / y[i]
		}
	case Maximum:
		for i, v := range x {
			dst[i] = max(v, y[i])
		}
	case Minimum:
		for i, v := range x {
			dst[i] = min(v, y[i])
		}
	case Pow:
		for i, v := range x {
			dst[i] = pow(v, y[i])
		}
	case Atan2:
		for i, v := range x {
			dst[i] = T(math.Atan2(float64(v), float64(y[i])))
		}
	case Remainder:
		for i, v := range x {
			dst[i] = remainder(v, y[i])
		}
	case ReLUGrad:
		for i, g := range x {
			if y[i] <= 0 { // PyTorch lets the gradient through at NaN
				g = 0
			}
			dst[i] = g
		}
	case TanhGrad:
		for i, g := range x {
			dst[i] = g * (1 - y[i]*y[i])
		}
	case SigmoidGrad:
		for i, g := range x {
			dst[i] = g * y[i] * (1 - y[i])
		}
	case AbsGrad:
		for i, g := range x {
			dst[i] = g * sign(y[i])
		}
	default:
		panic(fmt.Sprintf("kernel: there is no binary operation %v", op))
	}
}

// remainder has the sign of y, as in Python. An integer y must not be zero.
func remainder[T Number](x, y T) T {
	var r T
	if isFloat[T]() {
		r = T(math.Mod(float64(x), float64(y)))
	} else {
		r = x - x/y*y
	}
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r
}
