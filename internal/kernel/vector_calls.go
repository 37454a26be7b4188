//go:build amd64 || arm64

package kernel

// assemblyElements is the most that one call of a kernel in assembly does: it cannot
// be preempted.
const assemblyElements = 64 << 10

// The wrappers of the kernels in vector_asm_*.s, which have one signature for all
// processors. Slices have been cut to one length, but for the state of the optimizers.

func vectorUnary(f func(dst, x *float32, n int, a, b float32)) func(dst, x []float32, a, b float64) {
	return func(dst, x []float32, a, b float64) {
		for x = x[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], n, float32(a), float32(b))
			dst, x = dst[n:], x[n:]
		}
	}
}

func vectorWith(f func(dst, x *float32, n int, y float32)) func(dst, x []float32, a, b float64) {
	g := vectorScalar(f)
	return func(dst, x []float32, a, _ float64) { g(dst, x, float32(a)) }
}

func vectorScalar(f func(dst, x *float32, n int, y float32)) func(dst, x []float32, y float32) {
	return func(dst, x []float32, y float32) {
		for x = x[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], n, y)
			dst, x = dst[n:], x[n:]
		}
	}
}

func vectorBinary(f func(dst, x, y *float32, n int)) func(dst, x, y []float32) {
	return func(dst, x, y []float32) {
		for x, y = x[:len(dst)], y[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], &y[0], n)
			dst, x, y = dst[n:], x[n:], y[n:]
		}
	}
}

func vectorSGD(plain func(out, w, g *float32, n int, lr, decay, sign float32),
	momentum func(outW, outB, w, g, b *float32, n int, lr, decay, sign, keep, damp float32),
	nesterov func(outW, outB, w, g, b *float32, n int, lr, decay, sign, keep, damp, mu float32)) func(w, g, buf []float32, a SGDArgs) {
	return func(w, g, buf []float32, a SGDArgs) {
		lr, decay, sign := float32(a.LR), float32(a.WeightDecay), direction[float32](a.Maximize)
		g = g[:len(w)]
		if a.Momentum == 0 || buf == nil {
			for len(w) > 0 {
				n := min(len(w), assemblyElements)
				plain(&w[0], &w[0], &g[0], n, lr, decay, sign)
				w, g = w[n:], g[n:]
			}
			return
		}
		mu, damp := float32(a.Momentum), float32(1-a.Dampening)
		keep := mu
		buf = buf[:len(w)]
		if a.First {
			keep, damp = 0, 1
			clear(buf) // what it held, NaN included, must not come through
		}
		for len(w) > 0 {
			n := min(len(w), assemblyElements)
			if a.Nesterov {
				nesterov(&w[0], &buf[0], &w[0], &g[0], &buf[0], n, lr, decay, sign, keep, damp, mu)
			} else {
				momentum(&w[0], &buf[0], &w[0], &g[0], &buf[0], n, lr, decay, sign, keep, damp)
			}
			w, g, buf = w[n:], g[n:], buf[n:]
		}
	}
}
