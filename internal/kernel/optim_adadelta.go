package kernel

import "math"

// AdadeltaArgs are the settings of one Adadelta step, named as in
// torch.optim.Adadelta.
type AdadeltaArgs struct {
	LR, Rho, Eps, WeightDecay float64
	Maximize                  bool
}

// Adadelta updates the weights w with the gradient g, as PyTorch's
// _single_tensor_adadelta:
//
//	g        = (maximize ? -g : g) + weight_decay*w
//	sqAvg    = rho*sqAvg + (1-rho)*g*g
//	delta    = sqrt(accDelta+eps) / sqrt(sqAvg+eps) * g
//	accDelta = rho*accDelta + (1-rho)*delta*delta
//	w       -= lr*delta
func Adadelta[T Float](w, g, sqAvg, accDelta []T, a AdadeltaArgs) {
	g, sqAvg, accDelta = g[:len(w)], sqAvg[:len(w)], accDelta[:len(w)]
	if w, ok := as[float32](w); ok {
		if f := Active().Adadelta32; f != nil {
			g, _ := as[float32](g)
			sqAvg, _ := as[float32](sqAvg)
			accDelta, _ := as[float32](accDelta)
			f(w, g, sqAvg, accDelta, a)
			return
		}
	}
	adadeltaGeneric(w, g, sqAvg, accDelta, a)
}

// adadeltaGeneric is the reference.
func adadeltaGeneric[T Float](w, g, sqAvg, accDelta []T, a AdadeltaArgs) {
	g, sqAvg, accDelta = g[:len(w)], sqAvg[:len(w)], accDelta[:len(w)]
	lr, decay, sign := T(a.LR), T(a.WeightDecay), direction[T](a.Maximize)
	rho, rest, eps := T(a.Rho), T(1-a.Rho), T(a.Eps)
	for i, p := range w {
		d := sign * g[i]
		if decay != 0 {
			d += decay * p
		}
		s := flush(rho*sqAvg[i] + rest*d*d)
		sqAvg[i] = s
		delta := T(math.Sqrt(float64(accDelta[i]+eps))) / T(math.Sqrt(float64(s+eps))) * d
		accDelta[i] = flush(rho*accDelta[i] + rest*delta*delta)
		w[i] = p - lr*delta
	}
}
