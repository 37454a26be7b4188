package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// TestConvolutionBias holds the sums over images and planes to those in float64, and the
// gradient that the one with a ReLU makes to the elementwise operation, also in place.
func TestConvolutionBias(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	eachPath(t, func(t *testing.T) {
		for _, shape := range [][]int{{64, 6, 28, 28}, {3, 5, 1, 1}, {2, 3, 70, 90}, {4, 20, 8, 8}, {0, 3, 2, 2}, {2, 3, 0, 4}, {1, 1, 3, 5}} {
			n, o, pixels := shape[0], shape[1], shape[2]*shape[3]
			g, y := guarded(r, Float32, shape...), guarded(r, Float32, shape...)
			if y.Numel() > 2 {
				Slice[float32](y)[0], Slice[float32](y)[1], Slice[float32](y)[2] = 0, float32(math.Copysign(0, -1)), float32(math.NaN())
			}
			z, masked := guarded(r, Float32, shape...), guarded(r, Float32, shape...)
			cpuBinary(kernel.ReLUGrad, z, g, y)
			plain, want, terms := make([]float64, o), make([]float64, o), n*pixels
			for i := range g.Numel() {
				plain[i/pixels%o] += float64(Slice[float32](g)[i])
				want[i/pixels%o] += float64(Slice[float32](z)[i])
			}
			db := guarded(r, Float32, o)
			name := fmt.Sprint(shape)
			check := func(like []float64) {
				t.Helper()
				near(t, name, Slice[float32](db), like, terms)
				guardsHold(t, name, db)
			}
			cpuConv2dBias(db, g)
			check(plain)
			cpuConv2dBiasReLU(db, masked, g, y)
			check(want)
			cpuConv2dBiasReLU(db, g, g, y)
			check(want)
			for i := range g.Numel() {
				for _, a := range []*Array{masked, g} {
					if got, want := Slice[float32](a)[i], Slice[float32](z)[i]; math.Float32bits(got) != math.Float32bits(want) {
						t.Fatalf("%s: element %d is %g, not %g", name, i, got, want)
					}
				}
			}
			guardsHold(t, name, masked)
			guardsHold(t, name, g)
		}
	})
}
