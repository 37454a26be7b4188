package kernel

import (
	"math"
	"testing"
)

// TestConvTaps holds the kernels of every path to the sums that ConvTaps stands for: steps
// of all kinds, parts that meet nothing, NaN and infinities, and nothing written beside.
func TestConvTaps(t *testing.T) {
	const lanes, zone = ConvTapLanes, 24
	for _, path := range Paths() {
		table := Lookup(path)
		for rows := 1; rows <= ConvTapRows; rows++ {
			f := table.ConvTaps32[rows]
			if f == nil {
				continue
			}
			for _, shape := range []struct{ counts, xStep, gStep [3]int }{
				{[3]int{1, 1, 1}, [3]int{}, [3]int{}}, {[3]int{1, 1, 9}, [3]int{0, 0, 16}, [3]int{0, 0, rows}},
				{[3]int{2, 3, 4}, [3]int{301, 64, 16}, [3]int{97, 40, 7}}, {[3]int{3, 2, 7}, [3]int{33, 500, 32}, [3]int{8, 100, 11}},
				{[3]int{1, 5, 2}, [3]int{0, 17, 1}, [3]int{0, 1, 19}},
			} {
				for fresh := range 2 {
					a := &ConvTaps{X: random[float32](2000, 1)[1:], G: random[float32](900, 2)[1:], Sums: random[float32](3*rows*lanes+2*zone, 3),
						XStep: shape.xStep, GStep: shape.gStep, Fresh: fresh}
					a.X[3], a.X[5], a.G[1] = float32(nan), float32(inf), -float32(inf)
					want := make([]float64, len(a.Sums))
					for i, v := range a.Sums {
						want[i] = float64(v)
					}
					for k := range 3 {
						p := ConvTapPart{X: 5 * k, G: 2 * k, Sums: zone + k*rows*lanes, Counts: shape.counts}
						if k == 1 {
							p.Counts[0] = 0
						}
						a.Parts = append(a.Parts, p)
						for i := range rows * lanes {
							sum := &want[p.Sums+i]
							if fresh != 0 {
								*sum = 0
							}
							for n := range p.Counts[0] * p.Counts[1] * p.Counts[2] {
								at := [3]int{n / p.Counts[2] / p.Counts[1], n / p.Counts[2] % p.Counts[1], n % p.Counts[2]}
								x, g := p.X+i%lanes, p.G+i/lanes
								for d, j := range at {
									x, g = x+j*a.XStep[d], g+j*a.GStep[d]
								}
								*sum += float64(a.X[x]) * float64(a.G[g])
							}
						}
					}
					f(a)
					for i, v := range want {
						got := float64(a.Sums[i])
						if !same(got, v, 1e-5, 1e-5) {
							t.Fatalf("%s, %d rows, %+v: sum %d is %g, not %g", path, rows, shape, i-zone, got, v)
						}
						if (i < zone || i >= len(want)-zone) && math.Float32bits(float32(v)) != math.Float32bits(a.Sums[i]) {
							t.Fatalf("%s, %d rows, %+v: wrote at %d", path, rows, shape, i-zone)
						}
					}
				}
			}
		}
	}
}
