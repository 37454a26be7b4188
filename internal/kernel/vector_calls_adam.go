//go:build amd64 || arm64

package kernel

import "math"

// vectorAdam wraps a step of Adam; amsgrad, which has vmax too, may be nil.
func vectorAdam(f func(outW, outM, outV, w, g, m, v *float32, n int,
	step, decay, sign, shrink, beta1, rest1, beta2, rest2, root, eps float32),
	amsgrad func(outW, outM, outV, outMost, w, g, m, v, most *float32, n int,
		step, decay, sign, shrink, beta1, rest1, beta2, rest2, root, eps float32)) func(w, g, m, v, vmax []float32, a AdamArgs) {
	return func(w, g, m, v, vmax []float32, a AdamArgs) {
		if a.AMSGrad && amsgrad == nil {
			adamGeneric(w, g, m, v, vmax, a)
			return
		}
		shrink, decay := float32(1), float32(a.WeightDecay)
		if a.Decoupled {
			shrink, decay = float32(1-a.LR*a.WeightDecay), 0
		}
		step := float32(a.LR / (1 - math.Pow(a.Beta1, float64(a.Step))))
		root := float32(1 / math.Sqrt(1-math.Pow(a.Beta2, float64(a.Step))))
		sign, eps := direction[float32](a.Maximize), float32(a.Eps)
		beta1, rest1, beta2, rest2 := float32(a.Beta1), float32(1-a.Beta1), float32(a.Beta2), float32(1-a.Beta2)
		g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
		if a.AMSGrad {
			vmax = vmax[:len(w)]
		}
		for len(w) > 0 {
			n := min(len(w), assemblyElements)
			if a.AMSGrad {
				amsgrad(&w[0], &m[0], &v[0], &vmax[0], &w[0], &g[0], &m[0], &v[0], &vmax[0], n,
					step, decay, sign, shrink, beta1, rest1, beta2, rest2, root, eps)
				vmax = vmax[n:]
			} else {
				f(&w[0], &m[0], &v[0], &w[0], &g[0], &m[0], &v[0], n,
					step, decay, sign, shrink, beta1, rest1, beta2, rest2, root, eps)
			}
			w, g, m, v = w[n:], g[n:], m[n:], v[n:]
		}
	}
}
