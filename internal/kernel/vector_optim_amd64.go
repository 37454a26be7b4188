package kernel

// The kernels of RMSprop, by what they keep.
type (
	rmspropOne   = func(outW, outSquare, w, g, square *float32, n int, lr, decay, sign, alpha, rest, eps, mu float32)
	rmspropTwo   = func(outW, outSquare, outState, w, g, square, state *float32, n int, lr, decay, sign, alpha, rest, eps, mu float32)
	rmspropThree = func(outW, outSquare, outMean, outBuffer, w, g, square, mean, buffer *float32, n int, lr, decay, sign, alpha, rest, eps, mu float32)
)

func vectorRMSprop(plain rmspropOne, momentum, centered rmspropTwo, both rmspropThree) func(w, g, sq, gavg, buf []float32, a RMSpropArgs) {
	return func(w, g, sq, gavg, buf []float32, a RMSpropArgs) {
		lr, decay, sign := float32(a.LR), float32(a.WeightDecay), direction[float32](a.Maximize)
		alpha, rest, eps, mu := float32(a.Alpha), float32(1-a.Alpha), float32(a.Eps), float32(a.Momentum)
		g, sq = g[:len(w)], sq[:len(w)]
		if a.Centered {
			gavg = gavg[:len(w)]
		}
		if a.Momentum > 0 {
			buf = buf[:len(w)]
		}
		for i := 0; i < len(w); i += assemblyElements {
			n := min(len(w)-i, assemblyElements)
			switch w, g, sq := &w[i], &g[i], &sq[i]; {
			case a.Centered && a.Momentum > 0:
				both(w, sq, &gavg[i], &buf[i], w, g, sq, &gavg[i], &buf[i], n, lr, decay, sign, alpha, rest, eps, mu)
			case a.Centered:
				centered(w, sq, &gavg[i], w, g, sq, &gavg[i], n, lr, decay, sign, alpha, rest, eps, mu)
			case a.Momentum > 0:
				momentum(w, sq, &buf[i], w, g, sq, &buf[i], n, lr, decay, sign, alpha, rest, eps, mu)
			default:
				plain(w, sq, w, g, sq, n, lr, decay, sign, alpha, rest, eps, mu)
			}
		}
	}
}

func vectorAdagrad(f func(outW, outSum, w, g, sum *float32, n int, lr, decay, sign, eps float32)) func(w, g, sum []float32, a AdagradArgs) {
	return func(w, g, sum []float32, a AdagradArgs) {
		decay, sign := float32(a.WeightDecay), direction[float32](a.Maximize)
		lr, eps := float32(a.LR/(1+float64(a.Step-1)*a.LRDecay)), float32(a.Eps)
		for g, sum = g[:len(w)], sum[:len(w)]; len(w) > 0; {
			n := min(len(w), assemblyElements)
			f(&w[0], &sum[0], &w[0], &g[0], &sum[0], n, lr, decay, sign, eps)
			w, g, sum = w[n:], g[n:], sum[n:]
		}
	}
}

func vectorAdadelta(f func(outW, outSquare, outDelta, w, g, square, delta *float32, n int,
	lr, decay, sign, rho, rest, eps float32)) func(w, g, sqAvg, accDelta []float32, a AdadeltaArgs) {
	return func(w, g, sqAvg, accDelta []float32, a AdadeltaArgs) {
		lr, decay, sign := float32(a.LR), float32(a.WeightDecay), direction[float32](a.Maximize)
		rho, rest, eps := float32(a.Rho), float32(1-a.Rho), float32(a.Eps)
		for g, sqAvg, accDelta = g[:len(w)], sqAvg[:len(w)], accDelta[:len(w)]; len(w) > 0; {
			n := min(len(w), assemblyElements)
			f(&w[0], &sqAvg[0], &accDelta[0], &w[0], &g[0], &sqAvg[0], &accDelta[0], n, lr, decay, sign, rho, rest, eps)
			w, g, sqAvg, accDelta = w[n:], g[n:], sqAvg[n:], accDelta[n:]
		}
	}
}
