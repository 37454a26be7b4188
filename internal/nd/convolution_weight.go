package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// convWeight computes weight from x and y: the sum over images of y times
// patches^T. The batch is cut into as many parts as there are threads, whatever
// thread does which, and the parts' sums are added in order. A unit is a group of
// a part.
func convWeight[T kernel.Float](v *convolution[T]) {
	defer v.release()
	size := v.o * v.taps
	if size == 0 {
		return
	}
	if v.n == 0 || v.pixels == 0 {
		clear(v.weight[:size])
		return
	}
	if v.few(v.n * v.Groups) {
		for group := range v.Groups {
			v.weights(v.weight, group, 0, v.n, 0, true)
		}
		return
	}
	v.parts = 1
	if v.work() >= convSplit {
		v.parts = min(pool.Threads(), v.n)
	}
	for i := 1; i < v.parts; i++ {
		v.partial[i] = room(v.partial[i], size)
	}
	v.run(v.parts*v.Groups, weightTask[T]{v})
	if v.parts == 1 {
		return
	}
	pool.For(size, grain, func(lo, hi int) {
		for i := 1; i < v.parts; i++ {
			sum := v.weight[lo:hi]
			kernel.Binary(kernel.Add, sum, sum, v.partial[i][lo:hi])
		}
	})
}

type weightTask[T kernel.Float] struct{ *convolution[T] }

// Do computes one chunk of units.
func (t weightTask[T]) Do(chunk, worker int) {
	for unit := chunk * t.perTask; unit < min((chunk+1)*t.perTask, t.parts*t.Groups); unit++ {
		part, group := unit/t.Groups, unit%t.Groups
		sum := t.weight
		if part > 0 {
			sum = t.partial[part]
		}
		t.weights(sum, group, part*t.n/t.parts, (part+1)*t.n/t.parts, worker, false)
	}
}

// weights sets group's part of sum to the gradient over images first to last.
func (v *convolution[T]) weights(sum []T, group, first, last, worker int, parallel bool) {
	sum = sum[group*v.og*v.taps:]
	for image := first; image < last; image++ {
		y := v.y[(image*v.o+group*v.og)*v.pixels:]
		for from := 0; from < v.oh; from += v.rows {
			to := min(from+v.rows, v.oh)
			m, step := v.patches(image, group, from, to, worker, parallel)
			product(parallel, v.og, v.taps, (to-from)*v.ow, y[from*v.ow:], v.pixels, 1, m, 1, step, sum, v.taps,
				image > first || from > 0)
		}
	}
}
