package probe

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// distribution is a Summary in the making, which another can be joined to.
type distribution struct {
	kernel.Summary
	parts     []kernel.Summary // of the chunks of the last tensor
	histogram *Histogram
}

// take adds the elements of t, of a float type.
func (d *distribution) take(t *tensor.Tensor, histogram bool) {
	read(t, func(x []float32) { take(d, x, histogram) }, func(x []float64) { take(d, x, histogram) })
}

func take[T kernel.Float](d *distribution, x []T, histogram bool) {
	d.parts = make([]kernel.Summary, (len(x)+chunk-1)/chunk)
	threads(len(x), func(i, from, to int) { d.parts[i] = kernel.Summarise(x[from:to]) })
	var s kernel.Summary
	for _, p := range d.parts {
		s = s.Join(p)
	}
	d.Summary = d.Summary.Join(s)
	if histogram && s.Finite > 0 {
		d.histogram = d.histogram.join(histogramOf(x, s.Min, s.Max))
	}
}

// summary is what was taken, nil if nothing was.
func (d *distribution) summary() *Summary {
	finite, all := float64(d.Finite), d.Finite+d.NaN+d.Inf
	s := &Summary{Count: all, Mean: math.NaN(), Std: math.NaN(), MeanAbs: math.NaN(), Min: math.NaN(), Max: math.NaN(), Histogram: d.histogram}
	if d.Finite > 0 {
		s.Mean, s.Std, s.MeanAbs, s.Min, s.Max = d.Mean, math.Sqrt(d.M2/finite), d.SumAbs/finite, d.Min, d.Max
	}
	if all > 0 {
		s.Zeros, s.NonFinite = float64(d.Zeros)/float64(all), float64(d.NaN+d.Inf)/float64(all)
	}
	switch {
	case d.NaN > 0:
		s.Norm = math.NaN()
	case d.Inf > 0:
		s.Norm = math.Inf(1)
	default:
		s.Norm = math.Hypot(math.Sqrt(d.M2), math.Sqrt(finite)*d.Mean)
	}
	return s
}

// place finds in x, whose chunks d has seen last, the first element that is not finite, else the
// first of the greatest magnitude; -1 in no elements.
func place[T kernel.Float](d *distribution, x []T) (at int, size float64, finite bool) {
	at, finite = -1, true
	chunkOf := -1
	for i, p := range d.parts {
		if p.NaN+p.Inf > 0 {
			chunkOf, finite = i, false
			break
		}
		if m := p.Magnitude(); chunkOf < 0 || m > size {
			chunkOf, size = i, m
		}
	}
	if chunkOf < 0 {
		return at, size, finite
	}
	from := chunkOf * chunk
	for i, v := range x[from:min(from+chunk, len(x))] {
		if finite && math.Abs(float64(v)) == size || !finite && v-v != 0 {
			return from + i, size, finite
		}
	}
	return at, size, finite
}
