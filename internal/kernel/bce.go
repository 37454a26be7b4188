package kernel

import "math"

// logFloor bounds the logarithms, so that a sure and wrong prediction has a finite
// loss (as in PyTorch).
const logFloor = -100

// BCEFloor bounds the denominator of [BCEGrad]: 1e-12 rounded to float32, as PyTorch
// has it for every type.
const BCEFloor = 9.999999960041972e-13

// BCE is the binary cross-entropy of probabilities x with targets t, element by element:
// dst = -t*max(log(x), -100) - (1-t)*max(log(1-x), -100). Outside 0 to 1 it is NaN.
func BCE[T Float](dst, x, t []T) {
	x, t = x[:len(dst)], t[:len(dst)]
	if d, ok := as[float32](dst); ok && len(d) > 0 {
		if f := Active().BCE32; f != nil {
			x, _ := as[float32](x)
			t, _ := as[float32](t)
			f(d, x, t)
			return
		}
	}
	bceGeneric(dst, x, t)
}

func bceGeneric[T Float](dst, x, t []T) {
	for i, v := range x {
		p, y := float64(v), float64(t[i])
		dst[i] = T((y-1)*max(math.Log1p(-p), logFloor) - y*max(math.Log(p), logFloor))
	}
}

// BCEGrad is the derivative of BCE by x, times scale: dst = (x-t) / max((1-x)*x,
// BCEFloor) * scale.
func BCEGrad[T Float](dst, x, t []T, scale float64) {
	x, t = x[:len(dst)], t[:len(dst)]
	if d, ok := as[float32](dst); ok && len(d) > 0 {
		if f := Active().BCEGrad32; f != nil {
			x, _ := as[float32](x)
			t, _ := as[float32](t)
			f(d, x, t, float32(scale))
			return
		}
	}
	bceGradGeneric(dst, x, t, scale)
}

func bceGradGeneric[T Float](dst, x, t []T, scale float64) {
	for i, v := range x {
		dst[i] = (v - t[i]) / max((1-v)*v, BCEFloor) * T(scale)
	}
}
