package nd

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// mostColumns is up to how many elements of a plane batch norm takes a batch as rows of columns, one
// for each element of each channel, rather than calling a kernel for each plane.
const mostColumns = 32

// inColumns reports whether planes of rest elements are taken as columns. No elements at all are not.
func inColumns(rest int) bool { return rest > 0 && rest <= mostColumns }

// columns is a stretch of neighbouring channels of [batch, channels, rest], all rows of it: from channel lo to hi,
// and in a row from element from on, n of them. The four blocks have room for a number for each.
type columns struct {
	lo, hi, rest  int
	from, n, step int // step: from row to row
	a, b, c, d    []float64
}

// eachColumns calls f with stretches of the channels lo to hi of c. Each column is summed up by itself, row by row, so
// that the bits do not depend on where they are cut.
func eachColumns(c, rest, lo, hi int, f func(k *columns)) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	for most := block / rest; lo < hi; lo += most {
		k := columns{lo: lo, hi: min(lo+most, hi), rest: rest, from: lo * rest, step: c * rest}
		k.n = (k.hi - k.lo) * rest
		k.a, k.b, k.c, k.d = blockOf[float64](s, 0)[:k.n], blockOf[float64](s, 1)[:k.n], blockOf[float64](s, 2)[:k.n], blockOf[float64](s, 3)[:k.n]
		f(&k)
	}
}

// rowOf is the part of row i of x.
func rowOf[T any](k *columns, x []T, i int) []T { return x[i*k.step+k.from:][:k.n] }

// gather brings the sums of columns to sums of channels, in the first places.
func (k *columns) gather(sums []float64) []float64 {
	if k.rest > 1 {
		for i := range k.hi - k.lo {
			sum := 0.0
			for _, v := range sums[i*k.rest:][:k.rest] {
				sum += v
			}
			sums[i] = sum
		}
	}
	return sums[:k.hi-k.lo]
}

// spread writes v of each channel, counted from 0, to its columns. v may read what it is written over for channels up to its own.
func (k *columns) spread(to []float64, v func(channel int) float64) {
	for i := k.hi - k.lo - 1; i >= 0; i-- {
		fillSlice(to[i*k.rest:][:k.rest], v(i))
	}
}

// columnsNorm is batchNorm of a stretch.
func columnsNorm[T kernel.Float](k *columns, d []T, mu, rs []float64, xs, w, b, rm, rv []T, batch int, a BatchNormArgs) {
	mean, n := k.a, batch*k.rest
	mus, rss := mu[k.lo:k.hi], rs[k.lo:k.hi]
	if a.Training {
		clear(k.b)
		for i := range batch {
			kernel.ColumnTotals(k.b, rowOf(k, xs, i))
		}
		for i, sum := range k.gather(k.b) {
			mus[i] = sum / float64(max(n, 1))
		}
		k.spread(mean, func(i int) float64 { return mus[i] })
		clear(k.b)
		for i := range batch {
			kernel.ColumnDeviations(k.b, mean, rowOf(k, xs, i))
		}
		for i, m2 := range k.gather(k.b) {
			rss[i] = settle(rm, rv, k.lo+i, mus[i], m2, n, a)
		}
	} else {
		for i := range mus {
			mus[i], rss[i] = float64(rm[k.lo+i]), 1/math.Sqrt(float64(rv[k.lo+i])+a.Eps)
		}
		k.spread(mean, func(i int) float64 { return mus[i] })
	}
	k.spread(k.b, func(i int) float64 { return rss[i] * at(w, k.lo+i, 1) })
	k.spread(k.c, func(i int) float64 { return at(b, k.lo+i, 0) })
	for i := range batch {
		to := rowOf(k, d, i)
		kernel.ColumnAffine(to, rowOf(k, xs, i), mean, k.b, k.c)
		if a.Activation != kernel.ActNone {
			kernel.Unary(a.Activation.Unary(), to, to, 0, 0)
		}
	}
}

// columnsNormBack is batchNormBack of a stretch.
func columnsNormBack[T kernel.Float](k *columns, d, dws, dbs, gs, xs, w []T, mu, rs []float64, batch int, training bool) {
	mean, n := k.a, float64(batch*k.rest)
	mus, rss := mu[k.lo:k.hi], rs[k.lo:k.hi]
	k.spread(mean, func(i int) float64 { return mus[i] })
	clear(k.b)
	clear(k.c)
	for i := range batch {
		kernel.ColumnProducts(k.b, k.c, mean, rowOf(k, gs, i), rowOf(k, xs, i))
	}
	sums, dots := k.gather(k.b), k.gather(k.c)
	for i := range mus {
		if dws != nil {
			dws[k.lo+i] = T(dots[i] * rss[i])
		}
		if dbs != nil {
			dbs[k.lo+i] = T(sums[i])
		}
	}
	if d == nil {
		return
	}
	k.spread(k.d, func(i int) float64 { return rss[i] * at(w, k.lo+i, 1) })
	if training {
		k.spread(k.b, func(i int) float64 { return sums[i] / n })
		k.spread(k.c, func(i int) float64 { return dots[i] * rss[i] * rss[i] / n })
		for i := range batch {
			kernel.ColumnCentred(rowOf(k, d, i), rowOf(k, gs, i), rowOf(k, xs, i), mean, k.d, k.b, k.c)
		}
		return
	}
	clear(mean)
	clear(k.b)
	for i := range batch {
		kernel.ColumnAffine(rowOf(k, d, i), rowOf(k, gs, i), mean, k.d, k.b)
	}
}
