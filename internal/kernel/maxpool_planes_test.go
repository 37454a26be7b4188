package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// TestMaxPool2x2Planes holds the kernels of every path to the plain loops: bits, places,
// ties, NaN, infinities, negative zero, odd sizes, and nothing written outside.
func TestMaxPool2x2Planes(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	r := rand.New(rand.NewPCG(1, 2))
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 2, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 3}
	for _, path := range Paths() {
		if cpu.Force(path) != nil {
			continue
		}
		for _, s := range [][3]int{{1, 2, 2}, {3, 4, 6}, {2, 5, 7}, {2, 28, 28}, {1, 6, 31}, {2, 3, 32}, {1, 9, 33}, {1, 2, 66}, {2, 5, 97}, {40, 10, 10}, {7, 16, 16}, {9, 9, 17}, {300, 28, 28}, {5, 4, 8}} {
			planes, h, w := s[0], s[1], s[2]
			oh, ow := h/2, w/2
			const zone = 40
			x, g := make([]float32, planes*h*w), make([]float32, planes*oh*ow)
			for i := range x {
				x[i] = values[r.IntN(len(values))]
			}
			for i := range g {
				g[i] = values[r.IntN(len(values))]
			}
			dst, idx, dx := make([]float32, len(g)+zone), make([]int64, len(g)+zone), make([]float32, len(x)+zone)
			fillWith(dst, 77)
			fillWith(dx, 77)
			for i := range idx {
				idx[i] = 77
			}
			want, places, back := make([]float32, len(g)), make([]int64, len(g)), make([]float32, len(x))
			for p := range planes {
				maxPool2x2(want[p*oh*ow:], places[p*oh*ow:], x[p*h*w:], w, oh, ow)
				MaxPool2dBack(back[p*h*w:][:h*w], g[p*oh*ow:][:oh*ow], places[p*oh*ow:])
			}
			name := fmt.Sprint(path, s)
			if !MaxPool2x2Planes(dst[:len(g)], idx[:len(g)], x, planes, h, w, oh, ow) {
				if path == cpu.AVX512 || path == cpu.AVX2 || path == cpu.NEON {
					t.Fatal("no kernel on ", path)
				}
				continue
			}
			for i, v := range want {
				if math.Float32bits(dst[i]) != math.Float32bits(v) || idx[i] != places[i] {
					t.Fatalf("%s: element %d is %g from %d, not %g from %d", name, i, dst[i], idx[i], v, places[i])
				}
			}
			MaxPool2x2Planes(dst[:len(g)], nil, x, planes, h, w, oh, ow)
			if !MaxPool2x2BackPlanes(dx[:len(x)], g, places, planes, h, w, oh, ow) {
				t.Fatalf("%s: a place seemed strange", name)
			}
			for i, v := range back {
				if math.Float32bits(dx[i]) != math.Float32bits(v) {
					t.Fatalf("%s: gradient %d is %g, not %g", name, i, dx[i], v)
				}
			}
			for i := range zone {
				if dst[len(g)+i] != 77 || dx[len(x)+i] != 77 || idx[len(g)+i] != 77 {
					t.Fatalf("%s: wrote behind the end", name)
				}
			}
			places[len(places)-1] = int64((h*w + int(places[len(places)-1]) - 3) % (h * w)) // another window's
			if oh*ow > 1 {
				if MaxPool2x2BackPlanes(dx[:len(x)], g, places, planes, h, w, oh, ow) {
					t.Fatalf("%s: a strange place went unseen", name)
				}
			}
		}
	}
}
