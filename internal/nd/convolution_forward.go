package nd

import "github.com/lumen-ml/lumen/internal/kernel"

// convForward computes y from x and weight: y = weight times patches, for each
// group of each image. Units write disjoint parts of y.
func convForward[T kernel.Float](v *convolution[T], act Activation) {
	v.act = act
	defer v.release()
	units := v.n * v.Groups * v.strips
	if units == 0 || v.og == 0 || v.pixels == 0 {
		return
	}
	if v.few(units) {
		for unit := range units {
			v.forward(unit, 0, true)
		}
		return
	}
	v.run(units, forwardTask[T]{v})
}

type forwardTask[T kernel.Float] struct{ *convolution[T] }

// Do computes one chunk of units.
func (t forwardTask[T]) Do(chunk, worker int) {
	units := t.n * t.Groups * t.strips
	for unit := chunk * t.perTask; unit < min((chunk+1)*t.perTask, units); unit++ {
		t.forward(unit, worker, false)
	}
}

func (v *convolution[T]) forward(unit, worker int, parallel bool) {
	strip, group, image := unit%v.strips, unit/v.strips%v.Groups, unit/v.strips/v.Groups
	from := strip * v.rows
	to := min(from+v.rows, v.oh)
	n := (to - from) * v.ow
	y := v.y[(image*v.o+group*v.og)*v.pixels+from*v.ow:]
	if v.b != nil {
		fillRows(y, v.b[group*v.og:][:v.og], n, v.pixels)
	}
	m, step := v.patches(image, group, from, to, worker, parallel)
	product(parallel, v.og, n, v.taps, v.weight[group*v.og*v.taps:], v.taps, 1, m, step, 1, y, v.pixels, v.b != nil)
	if v.act == kernel.ActNone {
		return
	}
	for i := range v.og {
		row := y[i*v.pixels:][:n]
		kernel.Unary(v.act.Unary(), row, row, 0, 0)
	}
}

// fillRows sets n elements of each row of y, step apart, to the row's value.
func fillRows[T kernel.Float](y, values []T, n, step int) {
	for i, b := range values {
		row := y[i*step:][:n]
		for j := range row {
			row[j] = b
		}
	}
}
