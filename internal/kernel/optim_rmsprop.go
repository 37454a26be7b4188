package kernel

import "math"

// RMSpropArgs are the settings of one RMSprop step, named as in
// torch.optim.RMSprop.
type RMSpropArgs struct {
	LR, Alpha, Eps, WeightDecay, Momentum float64
	Centered, Maximize                    bool
}

// RMSprop updates the weights w with the gradient g, as PyTorch's
// _single_tensor_rmsprop:
//
//	g    = (maximize ? -g : g) + weight_decay*w
//	sq   = alpha*sq + (1-alpha)*g*g
//	centered: gavg = gavg + (1-alpha)*(g-gavg), avg = sqrt(sq - gavg*gavg) + eps
//	otherwise avg = sqrt(sq) + eps
//	momentum > 0: buf = momentum*buf + g/avg, w -= lr*buf
//	otherwise w -= lr*g/avg
//
// gavg may be nil unless Centered, buf unless Momentum is above 0.
func RMSprop[T Float](w, g, sq, gavg, buf []T, a RMSpropArgs) {
	g, sq = g[:len(w)], sq[:len(w)]
	if w, ok := as[float32](w); ok {
		if f := Active().RMSprop32; f != nil {
			g, _ := as[float32](g)
			sq, _ := as[float32](sq)
			gavg, _ := as[float32](gavg)
			buf, _ := as[float32](buf)
			f(w, g, sq, gavg, buf, a)
			return
		}
	}
	rmspropGeneric(w, g, sq, gavg, buf, a)
}

// rmspropGeneric is the reference.
func rmspropGeneric[T Float](w, g, sq, gavg, buf []T, a RMSpropArgs) {
	g, sq = g[:len(w)], sq[:len(w)]
	lr, decay, sign := T(a.LR), T(a.WeightDecay), direction[T](a.Maximize)
	alpha, rest, eps, mu := T(a.Alpha), T(1-a.Alpha), T(a.Eps), T(a.Momentum)
	if a.Centered {
		gavg = gavg[:len(w)]
	}
	if a.Momentum > 0 {
		buf = buf[:len(w)]
	}
	for i, p := range w {
		d := sign * g[i]
		if decay != 0 {
			d += decay * p
		}
		s := flush(alpha*sq[i] + rest*d*d)
		sq[i] = s
		if a.Centered {
			m := flush(gavg[i] + rest*(d-gavg[i]))
			gavg[i] = m
			s -= m * m
		}
		d /= T(math.Sqrt(float64(s))) + eps
		if a.Momentum > 0 {
			d = flush(mu*buf[i] + d)
			buf[i] = d
		}
		w[i] = p - lr*d
	}
}
