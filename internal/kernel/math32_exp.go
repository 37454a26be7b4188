package kernel

import "math"

// The float32 functions compute in float64: in scalar code that costs the same,
// polynomials of half the usual degree are enough, nothing overflows or becomes
// denormal on the way, and the one rounding at the end leaves an error of about
// half a unit in the last place of float32.
//
// They take and return float32, and convert inside: on amd64 the conversion
// waits for what its target register held before, and across a call that was
// the result for the previous element (exp: 14 ns an element instead of 4).

const (
	log2e = 1.4426950408889634
	ln2   = 0.6931471805599453
	// Adding roundMagic to a float64 rounds it to a whole number, which then
	// stands in the low bits.
	roundMagic = 0x1.8p52
)

// exponential returns e^f - 1 and 2^n, where x = n*ln2 + f and |f| <= ln2/2; the
// first has a relative error below 2e-8. x must lie within +-700. A NaN makes the
// first NaN.
func exponential(x float64) (p, scale float64) {
	n := x*log2e + roundMagic
	scale = math.Float64frombits((math.Float64bits(n) + 1023) << 52)
	f := x - (n-roundMagic)*ln2
	g := f * f
	return f * ((1 + f*(1./2)) + g*((1./6+f*(1./24))+g*((1./120+f*(1./720))+g*(1./5040)))), scale
}

// exp32 is e^x.
func exp32(x float32) float32 {
	if x > 89 {
		return float32(math.Inf(1))
	}
	if x < -104 {
		return 0
	}
	p, scale := exponential(float64(x))
	return float32(scale + scale*p)
}

// expm1of32 is e^x - 1 without cancellation.
func expm1of32(x float32) float32 {
	if x > 89 {
		return float32(math.Inf(1))
	}
	if x < -89 {
		return -1
	}
	p, scale := exponential(float64(x))
	return float32(scale*p + (scale - 1))
}

// tanh32 is (e^2x - 1) / (e^2x + 1).
func tanh32(x float32) float32 {
	if x > 20 {
		return 1
	}
	if x < -20 {
		return -1
	}
	p, scale := exponential(2 * float64(x))
	t := scale*p + (scale - 1)
	return float32(t / (t + 2))
}

// sigmoid32 is 1/(1+e^-x).
func sigmoid32(x float32) float32 {
	if x > 20 {
		return 1
	}
	if x < -104 {
		return 0
	}
	p, scale := exponential(-float64(x))
	return float32(1 / (1 + scale + scale*p))
}

// silu32 is x * sigmoid(x); -Inf gives NaN.
func silu32(x float32) float32 {
	if x > 20 {
		return x
	}
	if x < -120 {
		return 0 * x
	}
	p, scale := exponential(-float64(x))
	return float32(float64(x) / (1 + scale + scale*p))
}

// geluTanh32 is x/2 * (1 + tanh u) = x/(1 + e^-2u); -Inf gives NaN.
func geluTanh32(x float32) float32 {
	if x > 20 {
		return x
	}
	if x < -20 {
		return 0 * x
	}
	const c = -2 * 0.7978845608028654 // -2*sqrt(2/pi)
	v := float64(x)
	p, scale := exponential(c * (v + 0.044715*v*v*v))
	return float32(v / (1 + scale + scale*p))
}
