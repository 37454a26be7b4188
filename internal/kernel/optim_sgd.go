package kernel

// SGDArgs are the settings of one SGD step, named as in torch.optim.SGD. First
// says that the momentum buffer has not been filled yet.
type SGDArgs struct {
	LR, Momentum, Dampening, WeightDecay float64
	Nesterov, Maximize, First            bool
}

// SGD updates the weights w with the gradient g, as PyTorch's _single_tensor_sgd:
//
//	g   = (maximize ? -g : g) + weight_decay*w
//	buf = first ? g : momentum*buf + (1-dampening)*g
//	w  -= lr * (momentum == 0 ? g : nesterov ? g + momentum*buf : buf)
//
// momentum is the buffer, nil when a.Momentum is 0.
func SGD[T Float](w, g, momentum []T, a SGDArgs) {
	g = g[:len(w)]
	if w, ok := as[float32](w); ok {
		if f := Active().SGD32; f != nil {
			g, _ := as[float32](g)
			momentum, _ := as[float32](momentum)
			f(w, g, momentum, a)
			return
		}
	}
	sgdGeneric(w, g, momentum, a)
}

// sgdGeneric is the reference.
func sgdGeneric[T Float](w, g, momentum []T, a SGDArgs) {
	g = g[:len(w)]
	lr, decay, sign := T(a.LR), T(a.WeightDecay), direction[T](a.Maximize)
	if a.Momentum == 0 || momentum == nil {
		for i, p := range w {
			d := sign * g[i]
			if decay != 0 {
				d += decay * p
			}
			w[i] = p - lr*d
		}
		return
	}
	buf := momentum[:len(w)]
	mu, damp := T(a.Momentum), T(1-a.Dampening)
	keep := mu
	if a.First {
		keep, damp = 0, 1
		clear(buf) // what it held, NaN included, must not come through
	}
	for i, p := range w {
		d := sign * g[i]
		if decay != 0 {
			d += decay * p
		}
		b := flush(keep*buf[i] + damp*d)
		buf[i] = b
		if a.Nesterov {
			b = d + mu*b
		}
		w[i] = p - lr*b
	}
}

// direction is the factor of the gradient: -1 when the aim is to maximise.
func direction[T Float](maximize bool) T {
	if maximize {
		return -1
	}
	return 1
}
