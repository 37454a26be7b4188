package kernel

import (
	"math"
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

// TestTruncatePaths holds the conversions of floats to integers and bools, on every path, to
// the definition, element by element: NaN, infinities, what fits neither int32 nor int64, in any place among elements
// that do, between guards.
func TestTruncatePaths(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	strange := []float32{
		float32(nan), float32(inf), -float32(inf), 1 << 31, -1 << 31, 1<<31 - 128, -1<<31 - 256, 1 << 40, -1 << 40, 1 << 63, -1 << 63, 1 << 62, 3e38, -3e38,
		0, float32(math.Copysign(0, -1)), 1e-45, -1e-45, 0.999, -0.999, 255.5, 256, 300, -1.5,
	}
	const zone = 40
	for rarely, n := range append(vectorLengths(), 95, 96, 97, 64<<10+33) {
		for _, share := range []int{1, 3, 37, 1 << 30} {
			at := n % 7
			x := make([]float32, n+zone)
			for i := range x {
				x[i] = float32(i*7919%60001-30000) / 7
				if (i+rarely)%share == share-1 {
					x[i] = strange[i%len(strange)]
				}
			}
			for _, path := range Paths() {
				if cpu.Force(path) != nil {
					continue
				}
				longs, words, bytes, bools := make([]int64, n+zone), make([]int32, n+zone), make([]uint8, n+zone), make([]bool, n+zone)
				for i := range longs {
					longs[i], words[i], bytes[i] = 77, 77, 77
				}
				Convert(longs[at:][:n], x[at:][:n])
				Convert(words[at:][:n], x[at:][:n])
				Convert(bytes[at:][:n], x[at:][:n])
				ConvertToBool(bools[at:][:n], x[at:][:n])
				for i, v := range x {
					whole := truncate(float64(v))
					long, word, low, is := whole, int32(whole), uint8(whole), v != 0
					if i < at || i >= at+n {
						long, word, low, is = 77, 77, 77, false
					}
					if longs[i] != long || words[i] != word || bytes[i] != low || bools[i] != is {
						t.Fatalf("%s: element %d of %d from %d, %g, is %d, %d, %d and %v, not %d, %d, %d and %v", path, i, n, at, v,
							longs[i], words[i], bytes[i], bools[i], long, word, low, is)
					}
				}
			}
		}
	}
}

func BenchmarkTruncate(b *testing.B) {
	x := random[float32](16<<10, 1)
	longs, words, bytes, bools := make([]int64, len(x)), make([]int32, len(x)), make([]uint8, len(x)), make([]bool, len(x))
	for name, f := range map[string]func(){
		"int64": func() { Convert(longs, x) }, "int32": func() { Convert(words, x) },
		"uint8": func() { Convert(bytes, x) }, "bool": func() { ConvertToBool(bools, x) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
