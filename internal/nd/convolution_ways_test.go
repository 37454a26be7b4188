package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/kernel"
)

// TestConvolutionWays computes every case in every way that can do it, whatever
// convolution_choice.go prefers.
func TestConvolutionWays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	taken := map[string]int{}
	type sample struct {
		x, y, w, b *Array
		fy, fx, fw []float64
	}
	samples := make([]sample, len(convCases))
	for i, c := range convCases {
		oh, ow := c.y()
		s := sample{x: guarded(r, Float32, c.n, c.c, c.h, c.w), y: guarded(r, Float32, c.n, c.o, oh, ow),
			w: guarded(r, Float32, c.o, c.c/c.g.Groups, c.kh, c.kw), b: guarded(r, Float32, max(c.o, c.c))}
		s.fy, s.fx, s.fw = c.reference(Slice[float32](s.x), Slice[float32](s.w), Slice[float32](s.y))
		bias := Slice[float32](s.b)
		for i := range s.fy {
			s.fy[i] = max(s.fy[i]+float64(bias[i/(oh*ow)%c.o]), 0)
		}
		for i := range s.fx {
			s.fx[i] += float64(bias[i/(c.h*c.w)%c.c])
		}
		samples[i] = s
	}
	eachPath(t, func(t *testing.T) {
		for i, c := range convCases {
			oh, ow := c.y()
			s := samples[i]
			x, y, w, b, fy, fx, fw := s.x, s.y, s.w, s.b, s.fy, s.fx, s.fw
			check := func(way string, able bool, like *Array, want []float64, terms int, run func(dst *Array)) {
				t.Helper()
				if !able {
					return
				}
				taken[way]++
				dst := unwritten(like.Shape()...)
				run(dst)
				near(t, fmt.Sprintf("%s %+v", way, c), Slice[float32](dst), want, terms)
				guardsHold(t, fmt.Sprintf("%s %+v", way, c), dst)
			}
			inputs, outputs := c.c/c.g.Groups*c.kh*c.kw, c.o/c.g.Groups*c.kh*c.kw
			stepless := c.g.StrideH == 1 && c.g.StrideW == 1
			check("direct", direct(x, w, y), y, fy, inputs, func(d *Array) { newDirect(x, w, d, b, kernel.ActReLU, c.g, false).run() })
			check("pixels", pixels(x, w, y, c.g), y, fy, inputs, func(d *Array) { newPixels(x, w, d, b, kernel.ActReLU, c.g).run() })
			check("winograd", winograd(x, w, y, c.g), y, fy, inputs, func(d *Array) { newWinograd(x, w, d, b, kernel.ActReLU, c.g, false).run() })
			check("columns", true, y, fy, inputs, func(d *Array) { convForward(newConvolution[float32](x, w, d, b, c.g), kernel.ActReLU) })
			check("direct input", stepless && direct(y, w, x), x, fx, outputs, func(d *Array) { newDirect(y, w, d, b, kernel.ActNone, c.g, true).run() })
			check("fold", folds(x, y, w, c.g), x, fx, outputs, func(d *Array) { newFold(d, y, w, b, c.g).run() })
			check("winograd input", winograd(y, w, x, c.g), x, fx, outputs, func(d *Array) { newWinograd(y, w, d, b, kernel.ActNone, c.g, true).run() })
			able := depth(x, w, y, c.g)
			check("depth", able, y, fy, inputs, func(d *Array) { newDepth(depthForward, x, w, d, b, kernel.ActReLU, c.g).run() })
			check("depth input", able, x, fx, outputs, func(d *Array) { newDepth(depthInput, d, w, y, b, kernel.ActNone, c.g).run() })
			check("depth weight", able, w, fw, c.n*oh*ow, func(d *Array) { newDepth(depthWeight, x, d, y, nil, kernel.ActNone, c.g).run() })
			check("phases", phases(x, y, w, c.g), x, fx, outputs, func(d *Array) { newPhases(d, y, w, b, c.g).run() })
			check("columns input", true, x, fx, outputs, func(d *Array) { convInput(newConvolution[float32](d, w, y, b, c.g)) })
			check("dots", direct(x, w, y), w, fw, c.n*oh*ow, func(d *Array) { newDots(x, d, y, c.g).run() })
			check("lanes", lanes(x, y, w, c.g), w, fw, c.n*oh*ow, func(d *Array) { newLanes(x, d, y, c.g).run() })
			check("taps", taps(x, y, w), w, fw, c.n*oh*ow, func(d *Array) { newTaps(x, d, y, c.g).run() })
			check("taps, in chunks", taps(x, y, w), w, fw, c.n*oh*ow, func(d *Array) {
				v := newTaps(x, d, y, c.g)
				v.chunk = min(v.chunk, 2)
				v.run()
			})
			check("columns weight", true, w, fw, c.n*oh*ow, func(d *Array) { convWeight(newConvolution[float32](x, d, y, nil, c.g)) })
		}
	})
	for _, p := range kernel.Paths() {
		if (p == cpu.AVX512 || p == cpu.AVX2) && (taken["pixels"] == 0 || taken["fold"] == 0 || taken["lanes"] == 0 || taken["winograd"] == 0) {
			t.Errorf("ways that were taken: %v", taken)
		}
	}
}

// TestConvolutionNotFinite puts NaN and infinities into large images and gradients: what
// becomes NaN or infinite is on every path what the formula says.
func TestConvolutionNotFinite(t *testing.T) {
	var checks []func(t *testing.T)
	r := rand.New(rand.NewPCG(5, 6))
	kind := func(v float32) int {
		switch {
		case v != v:
			return 2
		case math.IsInf(float64(v), 0):
			return 1
		}
		return 0
	}
	for _, c := range []convCase{squareCase(8, 6, 14, 16, 5, 1, 0), squareCase(4, 16, 16, 20, 5, 1, 2), squareCase(4, 32, 8, 32, 3, 1, 1), squareCase(3, 48, 20, 40, 3, 1, 1), squareCase(2, 3, 40, 24, 7, 2, 3)} {
		oh, ow := c.y()
		if testing.Short() && oh > 14 { // of large images one
			c.n = 1
		}
		x, w, y := guarded(r, Float32, c.n, c.c, c.h, c.w), guarded(r, Float32, c.o, c.c, c.kh, c.kw), guarded(r, Float32, c.n, c.o, oh, ow)
		for i, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			Slice[float32](x)[(i*7919+5)%x.Numel()] = float32(v)
			Slice[float32](y)[(i*6007+oh*ow-1)%y.Numel()] = float32(v)
		}
		fy, fx, without := c.reference(Slice[float32](x), Slice[float32](w), Slice[float32](y))
		// A way may multiply the 0 of the padding with an infinite gradient, which is NaN, or leave it out.
		padded := c.metByPadding(Slice[float32](y), func(v float32) bool { return kind(v) != 0 })
		checks = append(checks, func(t *testing.T) {
			results := [3]*Array{unwritten(y.Shape()...), unwritten(x.Shape()...), unwritten(w.Shape()...)}
			cpuConv2d(results[0], x, w, nil, kernel.ActNone, c.g)
			cpuConv2dInput(results[1], y, w, nil, c.g)
			cpuConv2dWeight(results[2], x, y, c.g)
			for side, want := range [][]float64{fy, fx, without} {
				for i, v := range Slice[float32](results[side])[:len(want)] {
					if k := kind(v); k != kind(float32(want[i])) && !(side == 2 && k == 2 && padded[i]) {
						t.Fatalf("%+v, side %d: element %d is %g, not %g", c, side, i, v, want[i])
					}
				}
			}
		})
	}
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range kernel.Paths() {
		if cpu.Force(path) != nil {
			continue
		}
		t.Run(path, func(t *testing.T) {
			for _, check := range checks {
				check(t)
			}
		})
	}
}

// metByPadding tells of every weight whether it brings an element of y that is odd together with the padding.
func (c convCase) metByPadding(y []float32, odd func(float32) bool) []bool {
	oh, ow := c.y()
	taps := c.c / c.g.Groups * c.kh * c.kw
	met := make([]bool, c.o*taps)
	for i, v := range y[:c.n*c.o*oh*ow] {
		if !odd(v) {
			continue
		}
		for k := range taps {
			row := i/ow%oh*c.g.StrideH - c.g.PaddingH + k/c.kw%c.kh*c.g.DilationH
			column := i%ow*c.g.StrideW - c.g.PaddingW + k%c.kw*c.g.DilationW
			if row < 0 || row >= c.h || column < 0 || column >= c.w {
				met[i/(oh*ow)%c.o*taps+k] = true
			}
		}
	}
	return met
}

// TestWinogradError holds the error of Winograd's way, relative to the greatest element, to
// what sums over all taps have.
func TestWinogradError(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range []convCase{squareCase(2, 64, 16, 16, 3, 1, 1), squareCase(2, 256, 8, 32, 3, 1, 1), squareCase(4, 512, 8, 32, 3, 1, 1)} {
		oh, ow := c.y()
		x, w, y := guarded(r, Float32, c.n, c.c, c.h, c.w), guarded(r, Float32, c.o, c.c, 3, 3), guarded(r, Float32, c.n, c.o, oh, ow)
		if !winograd(x, w, y, c.g) {
			t.Skip("no kernels")
		}
		want, _, _ := c.reference(Slice[float32](x), Slice[float32](w), Slice[float32](y))
		differs := func() (relative float64) {
			greatest := 0.0
			for i, v := range want {
				relative, greatest = max(relative, math.Abs(float64(Slice[float32](y)[i])-v)), max(greatest, math.Abs(v))
			}
			return relative / greatest
		}
		if !newWinograd(x, w, y, nil, kernel.ActNone, c.g, false).run() {
			t.Fatal("finite numbers are strange")
		}
		winograd := differs()
		newDirect(x, w, y, nil, kernel.ActNone, c.g, false).run()
		t.Logf("%d channels: %.2g, direct %.2g", c.c, winograd, differs())
		if winograd > 2e-6 {
			t.Errorf("%d channels: the greatest difference is %.2g of the greatest element", c.c, winograd)
		}
	}
}
