package probe

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// bins is how many a histogram has, and mostCounted how many elements of one tensor it counts.
const (
	bins        = 40
	mostCounted = 2 << 10
)

// stride is the distance between the elements that are counted of n: the least that makes them no more
// than mostCounted and has no divisor with n in common, so that they do not stand in one column.
func stride(n int) int {
	s := (n + mostCounted - 1) / mostCounted
	for a, b := n, s; s > 1; a, b = n, s {
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			break
		}
		s++
	}
	return max(1, s)
}

// histogramOf counts elements, at most mostCounted, that are finite; low and high are the limits of
// all. Where all are equal the bins lie around them.
func histogramOf[T kernel.Float](x []T, low, high float64) *Histogram {
	if low == high {
		around := max(0.5, math.Abs(low)/2)
		low, high = low-around, high+around
	}
	h := &Histogram{Low: low, High: high, Counts: make([]int, bins)}
	// Halves, so that the greatest range of float64 does not overflow.
	half, scale := low/2, bins/(high/2-low/2)
	if math.IsInf(scale, 1) { // closer together than float64 can tell bins apart
		scale = 0
	}
	for i, step := 0, stride(len(x)); i < len(x); i += step {
		if v := x[i]; v-v == 0 {
			h.Counts[max(0, min(int((float64(v)/2-half)*scale), bins-1))]++
		}
	}
	return h
}

// join counts the elements of both; those of a bin go where its middle lies. h may be nil.
func (h *Histogram) join(o *Histogram) *Histogram {
	if h == nil {
		return o
	}
	j := &Histogram{Low: min(h.Low, o.Low), High: max(h.High, o.High), Counts: make([]int, bins)}
	for _, from := range []*Histogram{h, o} {
		for k, n := range from.Counts {
			share := (float64(k) + 0.5) / bins
			middle := from.Low*(1-share) + from.High*share
			at := (middle/2 - j.Low/2) / (j.High/2 - j.Low/2) * bins
			j.Counts[max(0, min(int(at), bins-1))] += n
		}
	}
	return j
}
