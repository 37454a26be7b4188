package kernel

import (
	"fmt"
	"math"
	"testing"
)

// TestConvDepth holds the kernels of every path to what ConvDepth and ConvDepthSums stand
// for: columns of all numbers, both kinds of steps, NaN and infinities, and nothing written
// beside.
func TestConvDepth(t *testing.T) {
	const zone = 16
	for _, path := range Paths() {
		table := Lookup(path)
		if table.ConvDepth32 == nil {
			continue
		}
		for columns := 1; columns <= 34; columns++ {
			for _, step := range [][2]int{{1, 2}, {700, 1}} {
				for relu := range 2 {
					const planes, rows = 3, 4
					width := columns + 2
					a := &ConvDepth{X: random[float32](2000, 1)[1:], Y: random[float32](planes*rows*columns+2*zone, 2), W: random[float32](planes*9, 3),
						Bias: random[float32](planes, 4), Planes: planes, Rows: rows, Columns: columns, XPlane: 2*width + 190, XRow: width, Width: width, Step: step, ReLU: relu}
					a.X[7], a.X[40], a.W[12] = float32(nan), float32(inf), 0
					g := random[float32](planes*(rows*columns+9), 5)
					g[2] = float32(inf)
					sums := &ConvDepthSums{X: a.X, G: g[:len(g)-9], Sums: random[float32](72, 6), Planes: planes, Rows: rows, Columns: columns,
						XPlane: a.XPlane, XRow: a.XRow, Width: width, Step: step, GPlane: rows*columns + 9}
					guarded := a.Y
					want, lanes := make([]float64, len(a.Y)), make([]float64, 72)
					for i, v := range a.Y {
						want[i] = float64(v)
					}
					for i, v := range sums.Sums {
						lanes[i] = float64(v)
					}
					a.Y = a.Y[zone : len(a.Y)-zone]
					for o := range a.Y {
						p, i, j := o/columns/rows, o/columns%rows, o%columns
						sum := float64(a.Bias[p])
						for k := range 9 {
							x := float64(a.X[p*a.XPlane+i*a.XRow+k/3*width+[3]int{0, step[0], step[1]}[k%3]+j])
							sum += x * float64(a.W[p*9+k])
							lanes[k*8+j%8] += x * float64(g[p*sums.GPlane+i*columns+j])
						}
						if relu == 1 && !(sum > 0) && sum == sum {
							sum = 0
						}
						want[zone+o] = sum
					}
					table.ConvDepth32(a)
					table.ConvDepthSums32(sums)
					name := fmt.Sprintf("%s, %d columns, steps %v", path, columns, step)
					for i, v := range want {
						beside := i < zone || i >= len(want)-zone
						if !same(float64(guarded[i]), v, 1e-5, 1e-5) || beside && math.Float32bits(guarded[i]) != math.Float32bits(float32(v)) {
							t.Fatalf("%s: element %d is %g, not %g", name, i-zone, guarded[i], v)
						}
					}
					for i, v := range lanes {
						if !same(float64(sums.Sums[i]), v, 1e-4, 1e-4) {
							t.Fatalf("%s: sum %d is %g, not %g", name, i, sums.Sums[i], v)
						}
					}
				}
			}
		}
	}
}
