package nd

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Softmaxes is the part of a device's table for softmaxes. Operands are contiguous
// floats of one shape and type.
type Softmaxes struct {
	// Softmax normalises the lines along dim; dst may be x.
	Softmax func(dst, x *Array, dim int, kind SoftmaxKind)
	// SoftmaxBack is the gradient of x from the result y and its gradient g. The result
	// of a SafeSoftmax counts as an ordinary one.
	SoftmaxBack func(dx, y, g *Array, dim int, log bool)
}

// SoftmaxKind says what is written.
type SoftmaxKind uint8

// The kinds of softmax.
const (
	PlainSoftmax SoftmaxKind = iota // e^x / sum(e^x)
	LogSoftmax                      // x - log(sum(e^x))
	SafeSoftmax                     // as PlainSoftmax, but a line of -Inf only gives zeros, not NaN
)

var cpuSoftmaxes = Softmaxes{Softmax: cpuSoftmax, SoftmaxBack: cpuSoftmaxBack}

// expGrain is the number of exponentials below which work is not split over
// threads.
const expGrain = 4 << 10

// lineTile is how many neighbouring lines across a dimension that is not the last
// are brought into rows at a time: one cache line of float32.
const lineTile = 16

func cpuSoftmax(dst, x *Array, dim int, kind SoftmaxKind) {
	if dst.Type == Float32 {
		softmax[float32](dst, x, dim, kind)
	} else {
		softmax[float64](dst, x, dim, kind)
	}
}

func softmax[T kernel.Float](dst, x *Array, dim int, kind SoftmaxKind) {
	l := linesOf(x, dim)
	d, xs := Slice[T](dst), Slice[T](x)
	if n := l.count() * l.n; l.inner == 1 && n < expGrain { // small: nothing is allocated
		softmaxRows(d[:n], xs[:n], l.n, kind)
		return
	}
	each(l, d, xs, nil, func(d, x, _ []T) { softmaxRows(d, x, l.n, kind) })
}

// softmaxRows is the softmax of rows of n elements.
func softmaxRows[T kernel.Float](d, x []T, n int, kind SoftmaxKind) {
	if kind != SafeSoftmax {
		kernel.Softmax(d, x, n, kind == LogSoftmax)
		return
	}
	for ; len(d) > 0; d, x = d[n:], x[n:] {
		if masked(x[:n]) {
			clear(d[:n])
			continue
		}
		kernel.Softmax(d[:n], x[:n], n, false)
	}
}

// masked reports whether all of x is -Inf.
func masked[T kernel.Float](x []T) bool {
	for _, v := range x {
		if !math.IsInf(float64(v), -1) {
			return false
		}
	}
	return true
}

func cpuSoftmaxBack(dx, y, g *Array, dim int, log bool) {
	if dx.Type == Float32 {
		softmaxBack[float32](dx, y, g, dim, log)
	} else {
		softmaxBack[float64](dx, y, g, dim, log)
	}
}

func softmaxBack[T kernel.Float](dx, y, g *Array, dim int, log bool) {
	l := linesOf(y, dim)
	each(l, Slice[T](dx), Slice[T](y), Slice[T](g), func(dx, y, g []T) {
		kernel.SoftmaxBack(dx, y, g, l.n, log)
	})
}

// lines describes the lines along one dimension of a contiguous array: element j of
// line (i, k) is at (i*n + j)*inner + k.
type lines struct{ outer, n, inner int }

func linesOf(a *Array, dim int) lines {
	l := lines{1, a.Size(dim), 1}
	for i := range int(a.Rank) {
		switch {
		case i < dim:
			l.outer *= a.Size(i)
		case i > dim:
			l.inner *= a.Size(i)
		}
	}
	return l
}

// count is the number of lines.
func (l lines) count() int { return l.outer * l.inner }

// each runs f over all lines on the pool, handing them over as rows side by side. d may share
// memory with x or y; y may be nil. Lines across an inner dimension are copied into
// rows a tile at a time, so that f's loops run over neighbours and every cache line
// is read once.
func each[T any](l lines, d, x, y []T, f func(d, x, y []T)) {
	n := l.n
	if n == 0 || l.count() == 0 {
		return
	}
	if l.inner == 1 {
		pool.For(l.outer, max(1, expGrain/n), func(lo, hi int) {
			var rows []T
			if y != nil {
				rows = y[lo*n : hi*n]
			}
			f(d[lo*n:hi*n], x[lo*n:hi*n], rows)
		})
		return
	}
	across := (l.inner + lineTile - 1) / lineTile
	pool.For(l.outer*across, max(1, expGrain/(n*min(lineTile, l.inner))), func(lo, hi int) {
		bx := make([]T, n*lineTile)
		var by []T
		if y != nil {
			by = make([]T, n*lineTile)
		}
		for t := lo; t < hi; t++ {
			k := t % across * lineTile
			w := min(lineTile, l.inner-k)
			at := t/across*n*l.inner + k
			gatherLines(bx, x, l, at, w)
			if y != nil {
				gatherLines(by, y, l, at, w)
			}
			rows := bx[:w*n]
			f(rows, rows, by[:min(len(by), w*n)])
			for j := range n {
				to := d[at+j*l.inner:][:w]
				for i := range to {
					to[i] = bx[i*n+j]
				}
			}
		}
	})
}

// gatherLines brings w neighbouring lines, of which the first begins at, into rows.
func gatherLines[T any](rows, x []T, l lines, at, w int) {
	for j := range l.n {
		from := x[at+j*l.inner:][:w]
		for i, v := range from {
			rows[i*l.n+j] = v
		}
	}
}
