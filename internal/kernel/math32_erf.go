package kernel

import "math"

// erfc is 1 - erf(z) for z >= 0, with a relative error below 3e-8 up to z = 10.4,
// where float32 has come to 0; beyond 12 it stands still. With t = 2/(2+z) it is
// t * e^(q(t) - z*z); q is a Chebyshev fit of degree 10 to the logarithm of
// erfc(z)*e^(z*z)/t for z up to 10.4.
func erfc(z float64) float64 {
	if z > 12 {
		z = 12
	}
	t := 2 / (2 + z)
	u := t * t
	v := u * u
	q := (-1.2655796347649865 + t*1.0018682756862632) +
		u*(0.35257274176552952+t*0.23719147328663312) +
		v*((-0.75374966312248966+t*1.767259097788584)+
			u*((-3.7114164732177154+t*4.4071891706340895)+
				u*((-2.9027077662721106+t*1.0170176054126881)-
					u*0.14964482686964856)))
	p, scale := exponential(q - z*z)
	return t * (scale + scale*p)
}

// erf32 is the error function: its Taylor series up to 1, beyond that from erfc.
func erf32(x float32) float32 {
	v := float64(x)
	if v < 1 && v > -1 {
		z := v * v
		w := z * z
		// The coefficients are (-1)^n 2/(sqrt(pi) n! (2n+1)).
		s := (1.1283791670955126 - z*0.37612638903183754) +
			w*((0.11283791670955126-z*0.02686617064513125)+
				w*((0.005223977625442188-z*0.0008548327023450853)+
					w*((0.00012055332981789664-z*1.4925650358406252e-05)+
						w*(1.6462114365889246e-06-z*1.6365844691234924e-07))))
		return float32(v * s)
	}
	return float32(math.Copysign(1-erfc(math.Abs(v)), v))
}

// gelu32 is x/2 * (1 + erf(x/sqrt(2))), computed as max(x, 0) - |x|/2 *
// erfc(|x|/sqrt(2)), which keeps its digits in the left tail and has no branch on
// the sign; -Inf gives NaN as 0 times infinity does.
func gelu32(x float32) float32 {
	if x > 20 {
		return x
	}
	if x < -20 {
		return 0 * x
	}
	v := float64(x)
	z := math.Abs(v)
	return float32(0.5*(v+z) - 0.5*z*erfc(z*0.7071067811865476))
}
