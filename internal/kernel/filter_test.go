package kernel

import (
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// TestWeightedSum holds the sums of every path to sums in float64 over the lengths, between
// guards; the result of an element must not depend on its place.
func TestWeightedSum(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	const most = 64<<10 + 3
	for _, path := range cpu.Available() {
		if err := cpu.Force(path); err != nil {
			t.Fatal(err)
		}
		for _, count := range []int{0, 1, 2, 3, 5, 9, 25, 200} {
			lengths := vectorLengths()
			if count > 25 {
				lengths = []int{1, 63, 64, 65, 129, 6000} // one call does 1<<20 products
			}
			long, weights := make([][]float32, count), random[float32](count, 77)
			for k := range long {
				long[k] = random[float32](most, uint64(k))
			}
			if count == 5 {
				long[3], weights[4] = awkward(most, 4), 0
			}
			all := make([]float32, most)
			WeightedSum(all, long, weights, 0.25)
			for _, n := range lengths {
				start := (n * 7) % (most - n + 1)
				dst, check := fenced(t, make([]float32, n), n%guards)
				sources, checks := make([][]float32, count), make([]func(string), count)
				for k := range sources {
					sources[k], checks[k] = fenced(t, long[k][start:][:n], (n+k)%guards)
				}
				WeightedSum(dst, sources, weights, 0.25)
				check(path)
				for k := range sources {
					checks[k](path)
					sameBits(t, path+": a source", sources[k], long[k][start:][:n])
				}
				if n >= 8 {
					sameBits(t, path+" at another place", dst, all[start:][:n])
				}
				for i, got := range dst {
					want, size := 0.25, 1.0
					for k, x := range sources {
						want += float64(weights[k]) * float64(x[i])
						size += math.Abs(float64(weights[k]) * float64(x[i]))
					}
					if size > math.MaxFloat32 && !math.IsInf(size, 1) {
						continue // whether it overflows is a matter of rounding in between
					}
					if !same(float64(got), want, 1e-6, 1e-6*size) {
						t.Fatalf("%s, %d sources of %d: element %d is %g, not %g", path, count, n, i, got, want)
					}
				}
			}
		}
	}
}

// TestSaturate: halves go to even, what is beyond to the ends, NaN to 0, on every path.
func TestSaturate(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	x := awkward(64<<10+3+7, 1)
	for i := range x {
		switch i % 3 {
		case 1:
			x[i] = float32(i%2000)/4 - 100
		case 2:
			x[i] = math.Nextafter32(float32(i%300)+0.5, float32(i%2)*1000)
		}
	}
	for _, path := range cpu.Available() {
		if err := cpu.Force(path); err != nil {
			t.Fatal(err)
		}
		for _, n := range vectorLengths() {
			const guard = 77
			all := slices.Repeat([]uint8{guard}, n+2*guards)
			dst := all[n%guards:][:n]
			Saturate(dst, x[n%7:][:n])
			for i, v := range all {
				at := i - n%guards
				if at < 0 || at >= n {
					if v != guard {
						t.Fatalf("%s: wrote beside %d elements", path, n)
					}
					continue
				}
				want := math.RoundToEven(float64(x[n%7+at]))
				if !(want > 0) {
					want = 0
				}
				if float64(v) != min(want, 255) {
					t.Fatalf("%s: %g of %d became %d", path, x[n%7+at], n, v)
				}
			}
		}
	}
}
