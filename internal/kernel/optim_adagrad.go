package kernel

import "math"

// AdagradArgs are the settings of one Adagrad step, named as in
// torch.optim.Adagrad. Step counts from 1.
type AdagradArgs struct {
	LR, LRDecay, WeightDecay, Eps float64
	Step                          int
	Maximize                      bool
}

// Adagrad updates the weights w with the gradient g, as PyTorch's
// _single_tensor_adagrad:
//
//	g    = (maximize ? -g : g) + weight_decay*w
//	sum += g*g
//	w   -= lr/(1 + (step-1)*lr_decay) * g / (sqrt(sum) + eps)
func Adagrad[T Float](w, g, sum []T, a AdagradArgs) {
	g, sum = g[:len(w)], sum[:len(w)]
	if w, ok := as[float32](w); ok {
		if f := Active().Adagrad32; f != nil {
			g, _ := as[float32](g)
			sum, _ := as[float32](sum)
			f(w, g, sum, a)
			return
		}
	}
	adagradGeneric(w, g, sum, a)
}

// adagradGeneric is the reference.
func adagradGeneric[T Float](w, g, sum []T, a AdagradArgs) {
	g, sum = g[:len(w)], sum[:len(w)]
	decay, sign := T(a.WeightDecay), direction[T](a.Maximize)
	lr, eps := T(a.LR/(1+float64(a.Step-1)*a.LRDecay)), T(a.Eps)
	for i, p := range w {
		d := sign * g[i]
		if decay != 0 {
			d += decay * p
		}
		s := flush(sum[i] + d*d)
		sum[i] = s
		w[i] = p - lr*(d/(T(math.Sqrt(float64(s)))+eps))
	}
}
