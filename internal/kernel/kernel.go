package kernel

import "math"

// Float is the element type of what has gradients.
type Float interface{ float32 | float64 }

// Number is the element type of arithmetic.
type Number interface {
	float32 | float64 | int64 | int32 | uint8
}

// isFloat tells whether T is a floating-point type. The compiler folds it.
func isFloat[T Number]() bool { return T(1)/T(2) != 0 }

// scalar brings a float64 argument to T: rounded for floats; for integers
// truncated through int64, so that -1 becomes 255 in uint8 on every machine.
func scalar[T Number](a float64) T {
	if isFloat[T]() {
		return T(a)
	}
	return T(truncate(a))
}

// truncate is the conversion of a float to int64 toward zero, NaN giving 0 and
// what does not fit the nearest int64. Go leaves those cases to the processor.
func truncate(v float64) int64 {
	switch {
	case v >= -0x1p63 && v < 0x1p63:
		return int64(v)
	case v >= 0x1p63:
		return math.MaxInt64
	case v < -0x1p63:
		return math.MinInt64
	}
	return 0
}

// as returns x as a []D when that is what it is. It does not allocate.
func as[D, T any](x []T) ([]D, bool) {
	d, ok := any(x).([]D)
	return d, ok
}
