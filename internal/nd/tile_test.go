package nd

import (
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// floats32 is an array of the values and the strides of a, in float32.
func floats32(a *Array) *Array {
	b := *a
	b.Type = Float32
	from := Slice[float64](&Array{Buf: a.Buf})
	b.Buf = NewBuffer(4 * len(from))
	kernel.Convert(Slice[float32](&Array{Buf: b.Buf}), from)
	return &b
}

// TestTiles: what goes to the kernels in tiles of rows, gathered or not, in float32 and
// with results of other types, is what the elements one by one give.
func TestTiles(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	threads(t, 2)
	for _, shape := range [][]int{{}, {7}, {3, 0, 2}, {2, 600}, {40, 9, 10}, {3, 20, 65}, {3300, 10}} {
		xs, ys, ds := views(r, shape...), views(r, shape...), views(r, shape...)
		delete(ds, "broadcast")
		for nx, x := range xs {
			for ny, y := range ys {
				a, b := values(x), values(y)
				x, y := floats32(x), floats32(y)
				bools := *x
				bools.Type, bools.Off, bools.Buf = Bool, 0, NewBuffer(x.Numel())
				bools.SetContiguous()
				cpuCompare(kernel.Lt, &bools, x, y)
				for i, less := range Slice[bool](&bools) {
					if less != (a[i] < b[i]) {
						t.Fatalf("%v %s < %s: element %d is %v", shape, nx, ny, i, less)
					}
				}
				for nd, d := range ds {
					d32, d64 := floats32(d), *d
					check := func(what string, f func(a, b float64) float64) {
						t.Helper()
						cpuCopy(&d64, d32)
						for i, v := range values(&d64) {
							if want := float64(float32(f(a[i], b[i]))); v != want && (v == v || want == want) {
								t.Fatalf("%v %s of %s and %s to %s: element %d is %v, not %v", shape, what, nx, ny, nd, i, v, want)
							}
						}
					}
					cpuBinary(kernel.Sub, d32, x, y)
					check("sub", func(a, b float64) float64 { return a - b })
					cpuBinary(kernel.Div, d32, x, y)
					check("div", func(a, b float64) float64 { return a / b })
					cpuWhere(d32, &bools, x, y)
					check("where", func(a, b float64) float64 { return min(a, b) })
					cpuUnary(kernel.Square, d32, x, 0, 0)
					check("square", func(a, _ float64) float64 { return a * a })
				}
			}
		}
	}
}
