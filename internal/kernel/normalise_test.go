package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// TestNormaliseLoops holds the kernels of every path to the plain loops: the elementwise
// ones bit by bit, sums as closely as another order of adding in float64 is.
func TestNormaliseLoops(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		path := cpu.Path()
		for _, n := range []int{0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 49, 64, 100, 196, 1023, 1025, 64<<10 + 5} {
			for _, special := range []float32{0, float32(nan), float32(inf), -float32(inf)} {
				g, x := random[float32](n+1, 1)[1:], random[float32](n+3, 2)[3:]
				for i := range x {
					x[i] += 1e3
				}
				if n > 2 && special != 0 {
					x[n/2], g[n-1] = special, special
				}
				mean := 1e3 + 0.1
				name := fmt.Sprint(n, special)
				w, b := random[float32](n+1, 3)[1:], random[float32](n+2, 4)[2:]
				of := [4][]float64{random[float64](n, 5), random[float64](n+1, 6)[1:], random[float64](n, 7), random[float64](n, 8)}
				for i := range of[0] {
					of[0][i] += 1e3
				}
				run := func() (out [6][]float32, sums [6]float64, each [5][]float64) {
					const zone = 20
					for i := range out {
						out[i] = make([]float32, n+zone)
						fillWith(out[i], 77)
					}
					Affine(out[0][:n], x, mean, 1.7, -0.3)
					Centred(out[1][:n], g, x, 1.1, mean, 0.7, 0.01, 0.02)
					AffineEach(out[2][:n], x, w, b, mean, 1.7)
					CentredEach(out[3][:n], g, x, w, mean, 0.7, 0.01, 0.02)
					for i := range each {
						each[i] = make([]float64, n+zone)
						fillWith(each[i], 0.1)
					}
					Accumulate(each[0][:n], each[1][:n], g, x, mean, 1.7)
					ColumnTotals(each[2][:n], x)
					ColumnDeviations(each[3][:n], of[0], x)
					ColumnProducts(each[4][:n], each[2][:n], of[0], g, x)
					ColumnAffine(out[4][:n], x, of[0], of[1], of[2])
					ColumnCentred(out[5][:n], g, x, of[0], of[1], of[2], of[3])
					sums[0], sums[1] = sum64(x), deviations(x, mean)
					sums[2], sums[3] = CentredProducts(g, x, mean)
					sums[4], sums[5] = ProductsEach(g, x, w, mean)
					return out, sums, each
				}
				cpu.Force(cpu.Generic)
				want, wantSums, wantEach := run()
				cpu.Force(path)
				got, gotSums, gotEach := run()
				for k := range want {
					for i, v := range want[k] {
						if math.Float32bits(got[k][i]) != math.Float32bits(v) && (v == v || got[k][i] == got[k][i]) {
							t.Fatalf("%s: loop %d, element %d: %g, not %g", name, k, i, got[k][i], v)
						}
					}
				}
				for k := range wantEach {
					for i, v := range wantEach[k] {
						if gotEach[k][i] != v && (v == v || gotEach[k][i] == gotEach[k][i]) {
							t.Fatalf("%s: total %d, element %d: %g, not %g", name, k, i, gotEach[k][i], v)
						}
					}
				}
				for k, v := range wantSums {
					if u := gotSums[k]; !same(u, v, 1e-12, 1e-10) {
						t.Errorf("%s: sum %d is %v, not %v", name, k, u, v)
					}
				}
				if n > 0 {
					dst := append([]float32(nil), x...)
					Affine(dst, dst, mean, 1.7, -0.3)
					compare(t, name+" in place", dst, want[0][:n], 0, 0)
				}
			}
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	const n = 1024
	g, x, dst := random[float32](n, 1), random[float32](n, 2), make([]float32, n)
	for _, loop := range []struct {
		name string
		f    func()
	}{
		{"MeanVar", func() { MeanVar(x) }},
		{"CentredProducts", func() { CentredProducts(g, x, 0.1) }},
		{"Affine", func() { Affine(dst, x, 0.1, 1.1, 0.2) }},
		{"Centred", func() { Centred(dst, g, x, 1, 0.1, 1.1, 0.2, 0.3) }},
	} {
		b.Run(loop.name, func(b *testing.B) {
			for b.Loop() {
				loop.f()
			}
		})
	}
}
