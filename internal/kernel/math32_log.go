package kernel

import "math"

// logarithm is the natural logarithm of a normal, positive x: x = 2^n * m with m
// in [sqrt(1/2), sqrt(2)), log m = 2*atanh((m-1)/(m+1)) by its series. The
// relative error is below 1e-9.
func logarithm(x float64) float64 {
	const half = 0x3fe6a09e667f3bcd // the bits of sqrt(1/2)
	bits := math.Float64bits(x)
	n := int64(bits-half) >> 52
	m := math.Float64frombits(bits - uint64(n)<<52)
	s := (m - 1) / (m + 1)
	z := s * s
	w := z * z
	odd := (1 + z*(1./3)) + w*((1./5+z*(1./7))+w*(1./9+z*(1./11)))
	return float64(n)*ln2 + 2*s*odd
}

// log32 is the natural logarithm.
func log32(x float32) float32 {
	if !(x > 0 && x <= math.MaxFloat32) {
		return float32(math.Log(float64(x))) // 0, negative, +Inf, NaN
	}
	return float32(logarithm(float64(x)))
}

// log1pOf32 is log(1+x) without cancellation.
func log1pOf32(x float32) float32 {
	if !(x > -1 && x <= math.MaxFloat32) {
		return float32(math.Log1p(float64(x))) // -1, below, +Inf, NaN
	}
	return float32(log1p(float64(x)))
}

// log1p is log(1+x) for a finite x above -1, to the digits of a float32.
func log1p(x float64) float64 {
	if x < 1e-4 && x > -1e-4 {
		return x * (1 + x*(-1./2+x*(1./3)))
	}
	return logarithm(1 + x)
}

// softplus32 is log(1 + e^x).
func softplus32(x float32) float32 {
	if x > 104 {
		return x
	}
	if !(x > -104) {
		return exp32(x) // 0; NaN stays
	}
	p, scale := exponential(float64(x))
	return float32(log1p(scale + scale*p))
}

// logSigmoid32 is -log(1 + e^-x).
func logSigmoid32(x float32) float32 { return -softplus32(-x) }
