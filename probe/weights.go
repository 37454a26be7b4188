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
		value, frozen := q.Value(), q.Frozen()
		changes := !frozen && q.PeekGrad() != nil
		read(value, func(x []float32) { r.sizes[i] = size(r, i, x, changes) }, func(x []float64) { r.sizes[i] = size(r, i, x, changes) })
		weight.take(&r.memory, value, r.sample.histograms)
		s.Params[i] = Param{Name: r.names[i], Shape: q.Shape(), Frozen: frozen, Weight: *weight.summary()}
		s.Params[i].Weight.Norm = r.sizes[i]
	}
}

// size is |x|, and keeps a copy.
func size[T kernel.Float](r *recorder, param int, x []T, keep bool) float64 {
	before, _ := r.before[param].([]T)
	if keep && len(before) != len(x) {
		before = make([]T, len(x))
		r.before[param] = before
	}
	return r.norm(len(x), func(from, to int) float64 {
		if keep {
			copy(before[from:to], x[from:to])
		}
		return kernel.SquaredNorm(x[from:to])
	})
}

// updates describes the gradients, which the optimizer has just brought near, and compares the parameters with the
// copies. It returns the norm of all gradients that were used.
func (r *recorder) updates(s *Step) (gradNorm float64) {
	squares := 0.0
	for i, q := range r.params {
		g := q.PeekGrad()
		if g == nil {
			continue
		}
		var grad distribution
		grad.takeWhole(&r.memory, g, r.sample.histograms)
		p := &s.Params[i]
		p.Grad = grad.summary()
		if p.Frozen {
			continue
		}
		squares += p.Grad.Norm * p.Grad.Norm
		var changed float64
		read(q.Value(), func(x []float32) { changed = change(r, i, x) }, func(x []float64) { changed = change(r, i, x) })
		if changed != 0 {
			p.UpdateRatio = changed / r.sizes[i]
		}
	}
	return math.Sqrt(squares)
}

// change is |x - before|; what was kept is lost by it.
func change[T kernel.Float](r *recorder, param int, x []T) float64 {
	before, _ := r.before[param].([]T)
	if len(before) != len(x) { // it has become another tensor meanwhile
		return math.NaN()
	}
	return r.norm(len(x), func(from, to int) float64 {
		b := before[from:to]
		kernel.Binary(kernel.Sub, b, x[from:to], b)
		return kernel.SquaredNorm(b)
	})
}

// norm is the root of a sum of squares, whose parts f makes.
func (r *recorder) norm(elements int, f func(from, to int) float64) float64 {
	r.parts = append(r.parts[:0], make([]float64, (elements+chunk-1)/chunk)...)
	threads(elements, func(i, from, to int) { r.parts[i] = f(from, to) })
	total := 0.0
	for _, part := range r.parts {
		total += part
	}
	return math.Sqrt(total)
}
