package nd

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

func cpuBatchNorm(dst, mean, rstd, x, weight, bias, runningMean, runningVar *Array, a BatchNormArgs) {
	if x.Type == Float32 {
		batchNorm[float32](dst, mean, rstd, x, weight, bias, runningMean, runningVar, a)
	} else {
		batchNorm[float64](dst, mean, rstd, x, weight, bias, runningMean, runningVar, a)
	}
}

func batchNorm[T kernel.Float](dst, mean, rstd, x, weight, bias, runningMean, runningVar *Array, a BatchNormArgs) {
	batch, c, rest := channels(x)
	n := batch * rest
	d, xs, w, b := Slice[T](dst), Slice[T](x), optional[T](weight), optional[T](bias)
	mu, rs := Slice[float64](mean), Slice[float64](rstd)
	rm, rv := optional[T](runningMean), optional[T](runningVar)
	pool.For(c, max(1, normGrain/max(n, 1)), func(lo, hi int) {
		if inColumns(rest) {
			eachColumns(c, rest, lo, hi, func(k *columns) { columnsNorm(k, d, mu, rs, xs, w, b, rm, rv, batch, a) })
			return
		}
		if a.Training {
			channelMoments(mu[lo:hi], rs[lo:hi], xs, batch, c, rest, lo)
		}
		for k := lo; k < hi; k++ {
			if !a.Training {
				mu[k], rs[k] = float64(rm[k]), 1/math.Sqrt(float64(rv[k])+a.Eps)
				continue
			}
			rs[k] = settle(rm, rv, k, mu[k], rs[k], n, a)
		}
		for i := range batch {
			for k := lo; k < hi; k++ {
				p := (i*c + k) * rest
				kernel.Affine(d[p:][:rest], xs[p:], mu[k], rs[k]*at(w, k, 1), at(b, k, 0))
			}
			if a.Activation != kernel.ActNone {
				part := d[(i*c+lo)*rest : (i*c+hi)*rest]
				kernel.Unary(a.Activation.Unary(), part, part, 0, 0)
			}
		}
	})
}

// settle mixes the mean and the sum of squared deviations of channel k, of n elements, into the running statistics and
// returns the inverse standard deviation.
func settle[T kernel.Float](runningMean, runningVar []T, k int, mean, m2 float64, n int, a BatchNormArgs) float64 {
	if runningMean != nil {
		runningMean[k] = T((1-a.Momentum)*float64(runningMean[k]) + a.Momentum*mean)
	}
	if runningVar != nil {
		runningVar[k] = T((1-a.Momentum)*float64(runningVar[k]) + a.Momentum*m2/float64(n-1))
	}
	return 1 / math.Sqrt(m2/float64(n)+a.Eps)
}

// channelMoments writes the means and the sums of squared deviations of the channels
// from lo on.
func channelMoments[T kernel.Float](mean, m2 []float64, x []T, batch, c, rest, lo int) {
	run, s := planesAtOnce(rest), scratches.Get().(*scratch)
	defer scratches.Put(s)
	for k := range mean {
		n := 0
		mean[k], m2[k] = 0, 0
		for i := 0; i < batch; i += run {
			part := sideBySide(s, x, c, rest, lo+k, i, min(run, batch-i))
			mu, squares := kernel.MeanVar(part)
			mean[k], m2[k] = kernel.CombineMoments(n, mean[k], m2[k], len(part), mu, squares)
			n += len(part)
		}
	}
}

// planesAtOnce is how many planes of a channel, of rest elements, go to a kernel in one
// call: small ones cost more to call it for than to copy.
func planesAtOnce(rest int) int {
	if rest < 8 || rest > block/4 {
		return 1
	}
	return block / rest
}

// sideBySide is planes i to i+n of channel k, copied to a block of s unless it is one.
func sideBySide[T kernel.Float](s *scratch, x []T, c, rest, k, i, n int) []T {
	if n == 1 {
		return x[(i*c+k)*rest:][:rest]
	}
	out := blockOf[T](s, 0)[:n*rest]
	for j := range n {
		copy(out[j*rest:][:rest], x[((i+j)*c+k)*rest:][:rest])
	}
	return out
}

func cpuBatchNormBack(dx, dw, db, g, x, weight, mean, rstd *Array, training bool) {
	if x.Type == Float32 {
		batchNormBack[float32](dx, dw, db, g, x, weight, mean, rstd, training)
	} else {
		batchNormBack[float64](dx, dw, db, g, x, weight, mean, rstd, training)
	}
}

// batchNormBack: with h = (x-mean)*rstd, per channel, db = sum(g), dw = sum(g*h) and
// dx = weight*rstd * (g - mean(g) - h*mean(g*h)); the two means are 0 where mean
// and rstd do not depend on x (Ioffe and Szegedy 2015).
func batchNormBack[T kernel.Float](dx, dw, db, g, x, weight, mean, rstd *Array, training bool) {
	batch, c, rest := channels(x)
	gs, xs, w := Slice[T](g), Slice[T](x), optional[T](weight)
	d, dws, dbs := optional[T](dx), optional[T](dw), optional[T](db)
	mu, rs := Slice[float64](mean), Slice[float64](rstd)
	n := float64(batch * rest)
	pool.For(c, max(1, normGrain/max(batch*rest, 1)), func(lo, hi int) {
		if inColumns(rest) {
			eachColumns(c, rest, lo, hi, func(k *columns) { columnsNormBack(k, d, dws, dbs, gs, xs, w, mu, rs, batch, training) })
			return
		}
		sums := make([]float64, hi-lo) // of g
		dots := make([]float64, hi-lo) // of g*(x-mean)
		for i := range batch {
			for k := lo; k < hi; k++ {
				p := (i*c + k) * rest
				s, dot := kernel.CentredProducts(gs[p:][:rest], xs[p:], mu[k])
				sums[k-lo] += s
				dots[k-lo] += dot
			}
		}
		for k := lo; k < hi; k++ {
			if dws != nil {
				dws[k] = T(dots[k-lo] * rs[k])
			}
			if dbs != nil {
				dbs[k] = T(sums[k-lo])
			}
		}
		if d == nil {
			return
		}
		for i := range batch {
			for k := lo; k < hi; k++ {
				p := (i*c + k) * rest
				a := rs[k] * at(w, k, 1)
				if !training {
					kernel.Affine(d[p:][:rest], gs[p:], 0, a, 0)
					continue
				}
				kernel.Centred(d[p:][:rest], gs[p:], xs[p:], 1, mu[k], a, sums[k-lo]/n, dots[k-lo]*rs[k]*rs[k]/n)
			}
		}
	})
}
