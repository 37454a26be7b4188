package nd

import "github.com/lumen-ml/lumen/internal/kernel"

// convInput computes x from y and weight: the patches' gradients, weight^T times
// y, are added where the patches came from. A unit is a group of an image: patches
// of neighbouring strips overlap.
func convInput[T kernel.Float](v *convolution[T]) {
	defer v.release()
	units := v.n * v.Groups
	if units == 0 || v.cg*v.h*v.w == 0 {
		return
	}
	if v.few(units) {
		for unit := range units {
			v.input(unit, 0, true)
		}
		return
	}
	v.run(units, inputTask[T]{v})
}

type inputTask[T kernel.Float] struct{ *convolution[T] }

// Do computes one chunk of units.
func (t inputTask[T]) Do(chunk, worker int) {
	for unit := chunk * t.perTask; unit < min((chunk+1)*t.perTask, t.n*t.Groups); unit++ {
		t.input(unit, worker, false)
	}
}

func (v *convolution[T]) input(unit, worker int, parallel bool) {
	group, image := unit%v.Groups, unit/v.Groups
	plane := v.h * v.w
	x := v.x[(image*v.c+group*v.cg)*plane:][:v.cg*plane]
	y := v.y[(image*v.o+group*v.og)*v.pixels:]
	weight := v.weight[group*v.og*v.taps:]
	if v.b != nil {
		fillRows(x, v.b[group*v.cg:][:v.cg], plane, plane)
	} else if !v.direct {
		clear(x)
	}
	if v.direct {
		product(parallel, v.taps, v.pixels, v.og, weight, 1, v.taps, y, v.pixels, 1, x, plane, v.b != nil)
		return
	}
	for from := 0; from < v.oh; from += v.rows {
		to := min(from+v.rows, v.oh)
		n := (to - from) * v.ow
		m := room(v.columns[worker], v.taps*n)
		v.columns[worker] = m
		product(parallel, v.taps, n, v.og, weight, 1, v.taps, y[from*v.ow:], v.pixels, 1, m, n, false)
		if parallel {
			v.col2imParallel(x, m, from, to)
		} else {
			v.col2im(x, m, 0, v.cg, from, to)
		}
	}
}
