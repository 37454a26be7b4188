package probe

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// weigh describes the parameters before the update, and keeps a copy of those that will change.
func (r *recorder) weigh(s *Step) {
	s.Params = make([]Param, len(r.params))
	for i, q := range r.params {
		var weight distribution
		value := q.Value()
		weight.take(value, r.sample.histograms)
		p := Param{Name: r.names[i], Shape: q.Shape(), Frozen: q.Frozen(), Weight: *weight.summary()}
		if g := q.PeekGrad(); g != nil {
			var grad distribution
			grad.take(g, r.sample.histograms)
			p.Grad = grad.summary()
			if !p.Frozen {
				read(value, func(x []float32) { r.before[i] = keep(r.before[i], x) }, func(x []float64) { r.before[i] = keep(r.before[i], x) })
			}
		}
		s.Params[i] = p
	}
}

// keep copies x into the memory of an earlier copy.
func keep[T kernel.Float](memory any, x []T) any {
	have, _ := memory.([]T)
	if len(have) != len(x) {
		have = make([]T, len(x))
		memory = have
	}
	copy(have, x)
	return memory
}

// updates compares the parameters with the copies, after the update.
func (r *recorder) updates(s *Step) {
	for i, q := range r.params {
		p := &s.Params[i]
		if p.Grad == nil || p.Frozen {
			continue
		}
		change := 0.0
		read(q.Value(), func(x []float32) { change = distance(r, i, x) }, func(x []float64) { change = distance(r, i, x) })
		if change != 0 {
			p.UpdateRatio = change / p.Weight.Norm
		}
	}
}

// distance is |x - before|.
func distance[T kernel.Float](r *recorder, param int, x []T) float64 {
	before, _ := r.before[param].([]T)
	if len(before) != len(x) { // it has become another tensor meanwhile
		return math.NaN()
	}
	r.changed = append(r.changed[:0], make([]float64, (len(x)+chunk-1)/chunk)...)
	threads(len(x), func(i, from, to int) {
		var s0, s1 float64
		a, b := x[from:to], before[from:to]
		k := 0
		for ; k+1 < len(a); k += 2 {
			d0, d1 := float64(a[k])-float64(b[k]), float64(a[k+1])-float64(b[k+1])
			s0 += d0 * d0
			s1 += d1 * d1
		}
		if k < len(a) {
			d := float64(a[k]) - float64(b[k])
			s0 += d * d
		}
		r.changed[i] = s0 + s1
	})
	return math.Sqrt(total(r.changed))
}
