package kernel

import "math"

// AdamArgs are the settings of one Adam or AdamW step, named as in torch.optim.
// Decoupled is AdamW's weight decay. Step counts from 1.
type AdamArgs struct {
	LR, Beta1, Beta2, Eps, WeightDecay float64
	Decoupled, AMSGrad, Maximize       bool
	Step                               int
}

// Adam updates the weights w with the gradient g, as PyTorch's
// _single_tensor_adam and _single_tensor_adamw:
//
//	g = maximize ? -g : g
//	decoupled: w *= 1 - lr*weight_decay, else g += weight_decay*w
//	m = beta1*m + (1-beta1)*g
//	v = beta2*v + (1-beta2)*g*g
//	amsgrad: vmax = max(vmax, v), used in v's place below
//	w -= lr/(1-beta1^step) * m / (sqrt(v)/sqrt(1-beta2^step) + eps)
//
// vmax may be nil without AMSGrad.
func Adam[T Float](w, g, m, v, vmax []T, a AdamArgs) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	if w, ok := as[float32](w); ok {
		if f := Active().Adam32; f != nil {
			g, _ := as[float32](g)
			m, _ := as[float32](m)
			v, _ := as[float32](v)
			vmax, _ := as[float32](vmax)
			f(w, g, m, v, vmax, a)
			return
		}
	}
	adamGeneric(w, g, m, v, vmax, a)
}

// adamGeneric is the reference.
func adamGeneric[T Float](w, g, m, v, vmax []T, a AdamArgs) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	sign := direction[T](a.Maximize)
	shrink, decay := T(1), T(a.WeightDecay)
	if a.Decoupled {
		shrink, decay = T(1-a.LR*a.WeightDecay), 0
	}
	beta1, rest1 := T(a.Beta1), T(1-a.Beta1)
	beta2, rest2 := T(a.Beta2), T(1-a.Beta2)
	step := T(a.LR / (1 - math.Pow(a.Beta1, float64(a.Step))))
	root, eps := T(math.Sqrt(1-math.Pow(a.Beta2, float64(a.Step)))), T(a.Eps)
	if a.AMSGrad {
		vmax = vmax[:len(w)]
	}
	for i, p := range w {
		p *= shrink
		d := sign * g[i]
		if decay != 0 {
			d += decay * p
		}
		mi := flush(beta1*m[i] + rest1*d)
		vi := flush(beta2*v[i] + rest2*d*d)
		m[i], v[i] = mi, vi
		if a.AMSGrad {
			vi = max(vmax[i], vi)
			vmax[i] = vi
		}
		w[i] = p - step*(mi/(T(math.Sqrt(float64(vi)))/root+eps))
	}
}
