package kernel

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// TestConvertPaths holds comparisons, choices and conversions of every path to the plain
// loops, over the lengths, between guards.
func TestConvertPaths(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	const most = 64<<10 + 40
	x, y := awkward(most, 1), awkward(most, 2)
	for i := 0; i < most; i += 5 {
		y[i] = x[i]
	}
	bytes, whole, wide := make([]uint8, most), make([]int32, most), make([]float64, most)
	words, others := make([]uint32, most), make([]uint32, most)
	cond, mask := make([]bool, most), make([]bool, most)
	for i := range most {
		bytes[i], whole[i], wide[i] = uint8(i*31), int32(i*-1640531535), float64(x[i])*1.000000123
		words[i], others[i] = uint32(i*40503), uint32(i*7919)
		cond[i], mask[i] = i*7919%11 < 5, i*31%7 < 3
	}
	const zone = 40
	for _, n := range append(vectorLengths(), 95, 96, 97, 64<<10+33) {
		at := n % 7
		run := func() (floats [4][]float32, doubles []float64, bools [10][]bool, chosen []uint32) {
			for i := range floats {
				floats[i] = make([]float32, n+zone)
			}
			for i := range bools {
				bools[i] = make([]bool, n+zone)
			}
			doubles, chosen = make([]float64, n+zone), make([]uint32, n+zone)
			Convert(floats[0][at:][:n], bytes[at:][:n])
			Convert(floats[1][at:][:n], whole[at:][:n])
			Convert(floats[2][at:][:n], wide[at:][:n])
			ConvertPixels(floats[3][at:][:n], bytes[at:][:n], 0.1307, 0.3081)
			Convert(doubles[at:][:n], x[at:][:n])
			for op := range compareOps {
				Compare(op, bools[op][at:][:n], x[at:][:n], y[at:][:n])
			}
			for op := range logicalOps {
				Logical(op, bools[6+op][at:][:n], cond[at:][:n], mask[at:][:n])
			}
			Not(bools[9][at:][:n], cond[at:][:n])
			Where(chosen[at:][:n], cond[at:][:n], words[at:][:n], others[at:][:n])
			return
		}
		cpu.Force(cpu.Generic)
		floats, doubles, bools, chosen := run()
		for i := range n { // eight bools at a time are the same on every path
			a, b := cond[at+i], mask[at+i]
			for k, want := range []bool{a && b, a || b, a != b, !a} {
				if bools[6+k][at+i] != want {
					t.Fatalf("logical operation %d of %d elements, element %d: not %v", k, n, i, want)
				}
			}
		}
		for _, path := range Paths() {
			if cpu.Force(path) != nil {
				continue
			}
			f, d, b, c := run()
			for i := range floats {
				sameBits(t, path, f[i], floats[i])
			}
			for i, v := range doubles {
				if d[i] != v && (v == v || d[i] == d[i]) {
					t.Fatalf("%s: %v, not %v", path, d[i], v)
				}
			}
			for i := range bools {
				if !slices.Equal(b[i], bools[i]) {
					t.Fatalf("%s: comparison %d of %d elements differs", path, i, n)
				}
			}
			if !slices.Equal(c, chosen) {
				t.Fatalf("%s: Where of %d elements differs", path, n)
			}
		}
	}
}
