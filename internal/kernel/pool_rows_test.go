package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// TestMaxPoolWindows holds the kernels of every path to the plain loops: bits, places,
// ties, NaN, infinities, negative zero, borders, and nothing read or written outside.
func TestMaxPoolWindows(t *testing.T) {
	var checks []func(t *testing.T)
	r := rand.New(rand.NewPCG(3, 4))
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 2, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 3}
	for _, g := range [][10]int{ // h, w, kh, kw, sh, sw, ph, pw, dh, dw
		{112, 112, 3, 3, 2, 2, 1, 1, 1, 1}, {9, 37, 3, 3, 1, 1, 1, 1, 1, 1}, {8, 10, 3, 3, 1, 1, 0, 0, 1, 1}, {8, 9, 3, 3, 1, 1, 0, 0, 1, 1},
		{9, 17, 3, 3, 2, 2, 0, 0, 1, 1}, {9, 18, 3, 3, 2, 2, 1, 1, 1, 1}, {9, 33, 3, 3, 2, 2, 0, 0, 1, 1}, {14, 35, 3, 3, 2, 2, 0, 0, 1, 1},
		{13, 66, 2, 5, 1, 2, 1, 2, 1, 1}, {13, 67, 5, 2, 2, 1, 2, 1, 1, 1}, {1, 50, 1, 4, 1, 2, 0, 1, 1, 1}, {6, 41, 1, 1, 2, 2, 0, 0, 1, 1},
		{12, 50, 3, 2, 1, 2, 1, 1, 3, 4}, {3, 40, 3, 3, 1, 1, 4, 1, 5, 7}, {7, 60, 3, 3, 3, 3, 1, 1, 1, 1}, {5, 5, 3, 3, 2, 2, 1, 1, 1, 1},
		{2, 9, 2, 2, 1, 1, 0, 0, 1, 1}, {12, 20, 2, 2, 2, 2, 1, 1, 1, 1}, {291, 310, 290, 290, 1, 1, 0, 0, 1, 1},
		{12, 12, 3, 3, 3, 3, 0, 0, 1, 1}, {9, 13, 2, 5, 1, 3, 0, 0, 1, 1}, {9, 40, 3, 2, 4, 4, 1, 1, 1, 3}, {6, 43, 3, 6, 3, 5, 0, 1, 1, 1},
		{12, 12, 3, 3, 3, 3, 1, 1, 1, 1}, {27, 16, 3, 3, 3, 3, 0, 0, 1, 1}, {13, 11, 3, 3, 2, 2, 0, 0, 1, 1}, {7, 7, 3, 3, 1, 1, 1, 1, 1, 1},
		{20, 31, 3, 2, 7, 6, 2, 1, 3, 2}, {200, 30, 20, 20, 3, 3, 0, 0, 1, 1}, {60, 300, 30, 30, 3, 3, 0, 0, 1, 1},
	} {
		h, w, kh, kw, sh, sw, ph, pw, dh, dw := g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9]
		for ceil := range 2 { // a last window that hangs over the padding
			oh, ow := outSize(h, kh, sh, ph, dh), outSize(w, kw, sw, pw, dw)
			if ceil == 1 && (oh*sh >= h+ph || ow*sw >= w+pw) {
				continue
			}
			oh, ow = oh+ceil, ow+ceil
			for _, few := range []bool{false, true} {
				x := make([]float32, h*w)
				for i := range x {
					x[i] = values[r.IntN(len(values))]
					if few {
						x[i] = values[7-r.IntN(20)/19] // mostly -Inf
					}
				}
				want, places := make([]float32, oh*ow), make([]int64, oh*ow)
				for oy := range oh {
					y0, y1 := window(oy*sh-ph, kh, dh, h)
					maxPoolColumns(want[oy*ow:], places[oy*ow:], x, y0, y1, w, kw, sw, pw, dh, dw, 0, ow)
				}
				checks = append(checks, func(t *testing.T) {
					const zone = 40
					dst, idx := make([]float32, len(want)+zone), make([]int64, len(want)+zone)
					fillWith(dst, 77)
					for i := range idx {
						idx[i] = 77
					}
					name := fmt.Sprint(g, ceil)
					for _, at := range [][]int64{nil, idx[:len(want)]} {
						clear(dst[:len(want)])
						MaxPool2d(dst[:len(want)], at, x, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow)
						for i, v := range want {
							if math.Float32bits(dst[i]) != math.Float32bits(v) || at != nil && at[i] != places[i] {
								t.Fatalf("%s: element %d is %g from %d, not %g from %d", name, i, dst[i], idx[i], v, places[i])
							}
						}
					}
					for i := range zone {
						if dst[len(want)+i] != 77 || idx[len(want)+i] != 77 {
							t.Fatalf("%s: wrote behind the end", name)
						}
					}
				})
			}
		}
	}
	eachPath(t, func(t *testing.T) {
		for _, check := range checks {
			check(t)
		}
	})
}

// TestAvgPoolWindows holds the kernels of every path to the plain loops, bit by bit.
func TestAvgPoolWindows(t *testing.T) {
	var checks []func(t *testing.T)
	for _, g := range [][8]int{ // h, w, kh, kw, sh, sw, ph, pw
		{28, 28, 2, 2, 2, 2, 0, 0}, {9, 37, 3, 3, 1, 1, 1, 1}, {8, 10, 3, 3, 1, 1, 0, 0}, {9, 33, 3, 3, 2, 2, 1, 1}, {13, 66, 2, 5, 1, 2, 1, 2},
		{9, 17, 3, 3, 2, 2, 0, 0}, {7, 60, 3, 3, 3, 3, 1, 1}, {5, 5, 3, 3, 2, 2, 1, 1}, {8, 56, 2, 2, 2, 2, 0, 0}, {291, 310, 290, 290, 1, 1, 0, 0},
		{12, 12, 3, 3, 3, 3, 0, 0}, {27, 16, 3, 3, 3, 3, 1, 1}, {8, 8, 2, 2, 2, 2, 0, 0}, {7, 7, 3, 3, 1, 1, 1, 1}, {20, 31, 3, 2, 7, 6, 2, 1}, {200, 30, 20, 20, 3, 3, 0, 0}, {60, 300, 30, 30, 3, 3, 0, 0},
	} {
		h, w, kh, kw, sh, sw, ph, pw := g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7]
		oh, ow := outSize(h, kh, sh, ph, 1), outSize(w, kw, sw, pw, 1)
		x := random[float32](h*w, 3)
		x[len(x)/2], x[len(x)/3] = float32(nan), float32(inf)
		for _, include := range []bool{false, true} {
			for _, override := range []int{0, 3} {
				want := make([]float32, oh*ow)
				for oy := range oh {
					y0, y1, tall := average(oy*sh-ph, kh, h, ph)
					avgPoolColumns(want[oy*ow:], x, y0, y1, tall, w, kw, sw, pw, 0, ow, include, override)
				}
				checks = append(checks, func(t *testing.T) {
					got := make([]float32, oh*ow+40)
					fillWith(got, 77)
					AvgPool2d(got[:len(want)], x, h, w, kh, kw, sh, sw, ph, pw, oh, ow, include, override)
					for i, v := range got {
						if i >= len(want) && v != 77 {
							t.Fatalf("%v: wrote behind the end", g)
						}
						if i < len(want) && math.Float32bits(v) != math.Float32bits(want[i]) && (v == v || want[i] == want[i]) {
							t.Fatalf("%v: element %d is %g, not %g", g, i, v, want[i])
						}
					}
				})
			}
		}
	}
	eachPath(t, func(t *testing.T) {
		for _, check := range checks {
			check(t)
		}
	})
}

func BenchmarkAvgPool2x2(b *testing.B) {
	x, dst := random[float32](56*56, 1), make([]float32, 28*28)
	for b.Loop() {
		AvgPool2d(dst, x, 56, 56, 2, 2, 2, 2, 0, 0, 28, 28, false, 0)
	}
}

// The first pooling of a ResNet, of one plane.
func BenchmarkMaxPool3x3(b *testing.B) {
	x, dst, idx, dx := random[float32](112*112, 1), make([]float32, 56*56), make([]int64, 56*56), make([]float32, 112*112)
	b.Run("values", func(b *testing.B) {
		for b.Loop() {
			MaxPool2d(dst, nil, x, 112, 112, 3, 3, 2, 2, 1, 1, 1, 1, 56, 56)
		}
	})
	b.Run("places", func(b *testing.B) {
		for b.Loop() {
			MaxPool2d(dst, idx, x, 112, 112, 3, 3, 2, 2, 1, 1, 1, 1, 56, 56)
		}
	})
	b.Run("gradient", func(b *testing.B) {
		for b.Loop() {
			clear(dx)
			MaxPool2dBack(dx, dst, idx)
		}
	})
}

// TestAvgPool2dBackTiles holds windows that touch to the windows one by one, on planes of any content, and wants other
// windows to be refused.
func TestAvgPool2dBackTiles(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range Paths() {
		if cpu.Force(path) != nil {
			continue
		}
		for _, size := range [][2]int{{1, 1}, {2, 2}, {7, 9}, {8, 8}, {16, 34}, {33, 70}, {5, 200}} {
			for _, k := range [][2]int{{1, 1}, {2, 2}, {3, 3}, {2, 1}, {1, 2}, {4, 2}, {1, 3}} {
				for _, override := range []int{0, 3} {
					h, w, kh, kw := size[0], size[1], k[0], k[1]
					oh, ow := h/kh, w/kw
					if oh == 0 || ow == 0 {
						continue
					}
					g, got, want := random[float32](oh*ow, 1), random[float32](h*w, 2), make([]float32, h*w)
					if !AvgPool2dBackTiles(got, g, h, w, kh, kw, kh, kw, 0, 0, oh, ow, override) {
						t.Fatalf("%v by %v was refused", size, k)
					}
					AvgPool2dBack(want, g, h, w, kh, kw, kh, kw, 0, 0, oh, ow, true, override)
					compare(t, fmt.Sprint(path, size, k, override), got, want, 0, 0)
				}
			}
		}
	}
	x := make([]float32, 36)
	for _, g := range [][6]int{{2, 2, 1, 2, 0, 0}, {2, 2, 2, 1, 0, 0}, {2, 2, 2, 2, 1, 0}, {2, 2, 2, 2, 0, 1}, {5, 2, 5, 2, 0, 0}} {
		if AvgPool2dBackTiles(x, x[:6], 6, 6, g[0], g[1], g[2], g[3], g[4], g[5], 2, 3, 0) {
			t.Errorf("%v was done", g)
		}
	}
}

// TestAvgPool2dBackRows holds the way over rows of windows to the windows one by one: borders, strides, planes wider than
// its memory, in float32 on every path.
func TestAvgPool2dBackRows(t *testing.T) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, g := range [][8]int{ // h, w, kh, kw, sh, sw, ph, pw
		{9, 37, 3, 3, 1, 1, 1, 1}, {8, 10, 3, 3, 1, 1, 0, 0}, {9, 33, 3, 3, 2, 2, 1, 1}, {13, 66, 2, 5, 1, 2, 1, 2}, {9, 17, 3, 3, 2, 2, 0, 0},
		{7, 60, 4, 4, 3, 3, 2, 2}, {5, 5, 3, 3, 2, 2, 1, 1}, {1, 1, 3, 3, 1, 1, 1, 1}, {2, 3, 2, 7, 1, 1, 1, 3}, {3, 1200, 3, 3, 1, 1, 1, 1}, {4, 9, 2, 2, 4, 4, 0, 0},
	} {
		h, w, kh, kw, sh, sw, ph, pw := g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7]
		for ceil := range 2 { // a last window that hangs over the padding
			oh, ow := outSize(h, kh, sh, ph, 1)+ceil, outSize(w, kw, sw, pw, 1)+ceil
			if ceil == 1 && ((oh-1)*sh >= h+ph || (ow-1)*sw >= w+pw) {
				continue
			}
			above := random[float32](oh*ow, 4)
			for _, include := range []bool{false, true} {
				for _, override := range []int{0, 3} {
					want := random[float32](h*w, 5)
					for o, v := range above {
						y0, y1, tall := average(o/ow*sh-ph, kh, h, ph)
						x0, x1, wide := average(o%ow*sw-pw, kw, w, pw)
						for y := y0; y < y1; y++ {
							for i := x0; i < x1; i++ {
								want[y*w+i] += v / float32(divisor((y1-y0)*(x1-x0), tall*wide, include, override))
							}
						}
					}
					for _, path := range Paths() {
						if cpu.Force(path) != nil {
							continue
						}
						got := random[float32](h*w, 5)
						AvgPool2dBack(got, above, h, w, kh, kw, sh, sw, ph, pw, oh, ow, include, override)
						compare(t, fmt.Sprint(path, g, ceil, include, override), got, want, 1e-6, 1e-5)
					}
				}
			}
		}
	}
}

// A pooling of an Inception network, of one plane, and one of a row that does not divide.
func BenchmarkAvgPoolOverlapping(b *testing.B) {
	g, x, dx := random[float32](35*35, 1), random[float32](35*35, 2), make([]float32, 35*35)
	b.Run("3x3 back", func(b *testing.B) {
		for b.Loop() {
			AvgPool2dBack(dx, g, 35, 35, 3, 3, 1, 1, 1, 1, 35, 35, true, 0)
		}
	})
	b.Run("adaptive 6x6", func(b *testing.B) {
		for b.Loop() {
			AdaptiveAvgPool2d(dx, x, 35, 35, 6, 6)
		}
	})
	b.Run("adaptive 6x6 back", func(b *testing.B) {
		for b.Loop() {
			AdaptiveAvgPool2dBack(dx, g, 35, 35, 6, 6)
		}
	})
}

func BenchmarkAvgPool2x2Back(b *testing.B) {
	g, dx := random[float32](28*28, 1), make([]float32, 56*56)
	b.Run("windows", func(b *testing.B) {
		for b.Loop() {
			clear(dx)
			AvgPool2dBack(dx, g, 56, 56, 2, 2, 2, 2, 0, 0, 28, 28, false, 0)
		}
	})
	b.Run("tiles", func(b *testing.B) {
		for b.Loop() {
			AvgPool2dBackTiles(dx, g, 56, 56, 2, 2, 2, 2, 0, 0, 28, 28, 0)
		}
	})
}
