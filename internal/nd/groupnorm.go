package nd

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

func cpuGroupNorm(dst, mean, rstd, x, weight, bias *Array, groups int, eps float64) {
	if x.Type == Float32 {
		groupNorm[float32](dst, mean, rstd, x, weight, bias, groups, eps)
	} else {
		groupNorm[float64](dst, mean, rstd, x, weight, bias, groups, eps)
	}
}

func groupNorm[T kernel.Float](dst, mean, rstd, x, weight, bias *Array, groups int, eps float64) {
	batch, c, rest := channels(x)
	per := c / groups
	n := per * rest
	d, xs, w, b := Slice[T](dst), Slice[T](x), optional[T](weight), optional[T](bias)
	mu, rs := Slice[float64](mean), Slice[float64](rstd)
	pool.For(batch*groups, max(1, normGrain/max(n, 1)), func(lo, hi int) {
		for r := lo; r < hi; r++ {
			in, out := xs[r*n:][:n], d[r*n:][:n]
			m, m2 := kernel.MeanVar(in)
			s := 1 / math.Sqrt(m2/float64(n)+eps)
			mu[r], rs[r] = m, s
			first := r % groups * per // channel
			switch {
			case w == nil && b == nil:
				kernel.Affine(out, in, m, s, 0)
			case rest == 1 && w != nil && b != nil:
				kernel.AffineEach(out, in, w[first:], b[first:], m, s)
			case rest == 1:
				for k, v := range in {
					out[k] = T((float64(v)-m)*s*at(w, first+k, 1) + at(b, first+k, 0))
				}
			default:
				for k := range per {
					kernel.Affine(out[k*rest:][:rest], in[k*rest:], m, s*at(w, first+k, 1), at(b, first+k, 0))
				}
			}
		}
	})
}

func cpuGroupNormBack(dx, dw, db, g, x, weight, mean, rstd *Array, groups int) {
	if x.Type == Float32 {
		groupNormBack[float32](dx, dw, db, g, x, weight, mean, rstd, groups)
	} else {
		groupNormBack[float64](dx, dw, db, g, x, weight, mean, rstd, groups)
	}
}

// groupNormBack: with h = (x-mean)*rstd and v = g*weight, over a group,
// dx = rstd * (v - mean(v) - h*mean(v*h)); per channel dw = sum(g*h), db = sum(g)
// (Wu and He 2018; Ba, Kiros and Hinton 2016 for one group).
func groupNormBack[T kernel.Float](dx, dw, db, g, x, weight, mean, rstd *Array, groups int) {
	if dx != nil {
		groupNormBackInput(Slice[T](dx), Slice[T](g), Slice[T](x), optional[T](weight), mean, rstd, x, groups)
	}
	if dw == nil && db == nil {
		return
	}
	batch, c, rest := channels(x)
	per := c / groups
	gs, xs, dws, dbs := Slice[T](g), Slice[T](x), optional[T](dw), optional[T](db)
	mu, rs := Slice[float64](mean), Slice[float64](rstd)
	pool.For(c, max(1, normGrain/max(batch*rest, 1)), func(lo, hi int) {
		sums := make([]float64, hi-lo) // of g
		dots := make([]float64, hi-lo) // of g*h
		for i := range batch {
			if rest == 1 && groups == 1 { // a layer's normalisation
				kernel.Accumulate(sums, dots, gs[i*c+lo:i*c+hi], xs[i*c+lo:], mu[i], rs[i])
				continue
			}
			for k := lo; k < hi; k++ {
				r, p := i*groups+k/per, (i*c+k)*rest
				s, dot := kernel.CentredProducts(gs[p:][:rest], xs[p:], mu[r])
				sums[k-lo] += s
				dots[k-lo] += dot * rs[r]
			}
		}
		for k := lo; k < hi; k++ {
			if dws != nil {
				dws[k] = T(dots[k-lo])
			}
			if dbs != nil {
				dbs[k] = T(sums[k-lo])
			}
		}
	})
}

func groupNormBackInput[T kernel.Float](d, gs, xs, w []T, mean, rstd, x *Array, groups int) {
	batch, c, rest := channels(x)
	per := c / groups
	n := per * rest
	mu, rs := Slice[float64](mean), Slice[float64](rstd)
	pool.For(batch*groups, max(1, normGrain/max(n, 1)), func(lo, hi int) {
		for r := lo; r < hi; r++ {
			first := r % groups * per
			m, s := mu[r], rs[r]
			row, in, out := gs[r*n:][:n], xs[r*n:][:n], d[r*n:][:n]
			// A weight for each element, the same one for all, or one for each channel.
			each, one := rest == 1 && w != nil, w == nil
			sum, dot := 0.0, 0.0
			switch {
			case each:
				sum, dot = kernel.ProductsEach(row, in, w[first:], m)
			case one:
				sum, dot = kernel.CentredProducts(row, in, m)
			default:
				for k := range per {
					a, b := kernel.CentredProducts(row[k*rest:][:rest], in[k*rest:], m)
					sum += a * float64(w[first+k])
					dot += b * float64(w[first+k])
				}
			}
			shift, slope := sum/float64(n), dot*s*s/float64(n)
			switch {
			case each:
				kernel.CentredEach(out, row, in, w[first:], m, s, shift, slope)
			case one:
				kernel.Centred(out, row, in, 1, m, s, shift, slope)
			default:
				for k := range per {
					p := k * rest
					kernel.Centred(out[p:][:rest], row[p:], in[p:], float64(w[first+k]), m, s, shift, slope)
				}
			}
		}
	})
}
