package kernel

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// TestTranspose compares every path with the definition, and what lies between the rows of
// the result must stay.
func TestTranspose(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range Paths() {
		if cpu.Force(path) != nil {
			continue
		}
		for _, m := range []int{1, 7, 8, 9, 16, 31, 32, 33} {
			for _, n := range []int{1, 5, 8, 15, 16, 17, 24, 40, 65} {
				for _, gap := range []int{0, 3} {
					sd, sx := n+gap, m+gap
					x, d := make([]uint32, (n-1)*sx+m), make([]uint32, (m-1)*sd+n)
					for i := range x {
						x[i] = uint32(i)*2654435761 + 1
					}
					want := slices.Clone(d)
					for i := range m {
						for j := range n {
							want[i*sd+j] = x[j*sx+i]
						}
					}
					Transpose(d, x, m, n, sd, sx)
					if !slices.Equal(d, want) {
						t.Fatalf("%s: %d x %d with rows %d and %d apart is wrong", path, m, n, sd, sx)
					}
				}
			}
		}
	}
}

// TestArgExtremes: long rows are searched in another way, with ties, NaN and infinities.
func TestArgExtremes(t *testing.T) {
	for _, n := range []int{31, 32, 33, 40, 1000} {
		for seed := range uint64(40) {
			x := awkward(n, seed)
			if seed%2 == 0 { // without NaN, and with ties
				for i, v := range x {
					x[i] = float32(int(min(max(v, -3), 3)))
					if v != v {
						x[i] = -3
					}
				}
			}
			wide := make([]float64, n)
			Convert(wide, x)
			if got, want := ArgMax(x, 1, n), ArgMax(wide, 1, n); got != want {
				t.Errorf("the largest of %d is at %d, not %d", n, want, got)
			}
			if got, want := ArgMin(x, 1, n), ArgMin(wide, 1, n); got != want {
				t.Errorf("the smallest of %d is at %d, not %d", n, want, got)
			}
		}
	}
}
