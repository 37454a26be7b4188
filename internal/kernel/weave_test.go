package kernel

import (
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func TestWeave(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range Paths() {
		if cpu.Force(path) != nil {
			continue
		}
		for n := range 70 {
			a, b := random[float32]((n+1)/2, 1), random[float32](n/2, 2)
			dst := make([]float32, n+10)
			Weave(dst[1:][:n], a, b)
			for i := range n {
				if want := [][]float32{a, b}[i%2][i/2]; dst[1+i] != want {
					t.Fatalf("%s, %d elements: element %d is %g, not %g", path, n, i, dst[1+i], want)
				}
			}
			for i, v := range dst {
				if (i < 1 || i > n) && v != 0 {
					t.Fatalf("%s, %d elements: wrote at %d", path, n, i-1)
				}
			}
		}
	}
}
