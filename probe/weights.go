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
		p.Weight.Norm = math.Sqrt(r.norm.of(value))
		if g := q.PeekGrad(); g != nil {
			grad := distribution{whole: true}
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
		var changed, size float64
		read(q.Value(), func(x []float32) { changed, size = change(r, i, x) }, func(x []float64) { changed, size = change(r, i, x) })
		if changed != 0 {
			p.UpdateRatio = changed / size
		}
	}
}

// change is |x - before| and |before|; what was kept is lost by it.
func change[T kernel.Float](r *recorder, param int, x []T) (change, size float64) {
	before, _ := r.before[param].([]T)
	if len(before) != len(x) { // it has become another tensor meanwhile
		return math.NaN(), 1
	}
	r.changed = append(r.changed[:0], make([]float64, 2*((len(x)+chunk-1)/chunk))...)
	threads(len(x), func(i, from, to int) {
		b := before[from:to]
		r.changed[2*i] = kernel.SquaredNorm(b)
		kernel.Binary(kernel.Sub, b, x[from:to], b)
		r.changed[2*i+1] = kernel.SquaredNorm(b)
	})
	for i, v := range r.changed {
		if i%2 == 0 {
			size += v
		} else {
			change += v
		}
	}
	return math.Sqrt(change), math.Sqrt(size)
}
