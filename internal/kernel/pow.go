package kernel

import "math"

// powScalar computes dst[i] = x[i]^a. The small exponents that training uses
// have loops of their own.
func powScalar[T Number](dst, x []T, a float64) {
	x = x[:len(dst)]
	switch {
	case a == 2:
		for i, v := range x {
			dst[i] = v * v
		}
	case a == 3:
		for i, v := range x {
			dst[i] = v * v * v
		}
	case !isFloat[T]():
		n := truncate(a)
		for i, v := range x {
			dst[i] = powInt(v, n)
		}
	case a == 0.5:
		for i, v := range x {
			dst[i] = T(math.Sqrt(float64(v)))
		}
	case a == -0.5:
		for i, v := range x {
			dst[i] = T(1 / math.Sqrt(float64(v)))
		}
	case a == -1:
		for i, v := range x {
			dst[i] = 1 / v
		}
	default:
		for i, v := range x {
			dst[i] = T(math.Pow(float64(v), a))
		}
	}
}

// powInt is x^n for integers, wrapping around. A negative exponent gives what
// is left of the fraction: 1 for 1, plus or minus 1 for -1, otherwise 0.
func powInt[T Number](x T, n int64) T {
	if n < 0 {
		switch {
		case x == 1, x+1 == 0 && x < 0 && n%2 == 0:
			return 1
		case x+1 == 0 && x < 0:
			return x
		}
		return 0
	}
	p := T(1)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			p *= x
		}
		x *= x
	}
	return p
}

// pow is x^y for any type.
func pow[T Number](x, y T) T {
	if isFloat[T]() {
		return T(math.Pow(float64(x), float64(y)))
	}
	return powInt(x, int64(y))
}
