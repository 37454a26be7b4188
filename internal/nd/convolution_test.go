package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// convCase is a convolution of n images with c channels of h x w by o x c/groups x kh x kw.
type convCase struct {
	n, c, h, w, o, kh, kw int
	g                     ConvGeometry
}

func squareCase(n, c, side, o, k, stride, padding int) convCase {
	return convCase{n, c, side, side, o, k, k, ConvGeometry{stride, stride, padding, padding, 1, 1, 1}}
}

// depthCase is a convolution whose channels have weights of their own.
func depthCase(n, c, h, w, stride, padding int) convCase {
	return convCase{n, c, h, w, c, 3, 3, ConvGeometry{stride, stride, padding, padding, 1, 1, c}}
}

// convCases meet every way through the direct convolution: both layouts, images that
// serve as they are, planes of a vector and less, blocks of channels, padding that is
// wider than the kernel, strides, dilation, groups, rows of one pixel, no image; and through
// Winograd's: bands of an image, groups of images, few tiles, overlapping ones.
var convCases = []convCase{
	squareCase(3, 1, 28, 6, 5, 1, 2), squareCase(2, 6, 14, 16, 5, 1, 0), squareCase(3, 8, 12, 16, 5, 1, 2), squareCase(2, 3, 32, 20, 5, 1, 2),
	squareCase(2, 20, 8, 20, 5, 1, 2), squareCase(5, 40, 4, 33, 3, 1, 1), squareCase(2, 16, 8, 30, 3, 2, 1), squareCase(3, 7, 16, 31, 3, 1, 1),
	squareCase(2, 5, 32, 13, 1, 1, 0), squareCase(3, 12, 7, 9, 1, 1, 0), squareCase(2, 12, 8, 9, 1, 2, 0), squareCase(1, 3, 37, 17, 7, 2, 3),
	squareCase(4, 2, 1, 3, 3, 1, 1), squareCase(4, 3, 5, 1, 3, 1, 4), squareCase(2, 3, 6, 2, 2, 3, 1), squareCase(0, 2, 5, 3, 3, 1, 1),
	squareCase(2, 300, 4, 150, 3, 1, 1), squareCase(3, 1, 24, 8, 5, 1, 2), squareCase(2, 2, 26, 5, 3, 1, 0), squareCase(1, 1, 40, 1, 5, 1, 2), squareCase(1, 1, 70, 2, 3, 1, 0), squareCase(2, 1, 48, 1, 1, 1, 0),
	{2, 3, 1, 50, 4, 1, 3, ConvGeometry{1, 1, 0, 1, 1, 1, 1}}, {2, 3, 50, 1, 4, 3, 1, ConvGeometry{1, 1, 1, 0, 1, 1, 1}},
	{2, 6, 9, 11, 9, 3, 2, ConvGeometry{1, 1, 2, 3, 2, 3, 3}}, {2, 4, 9, 20, 8, 2, 3, ConvGeometry{2, 1, 1, 0, 1, 2, 2}},
	{2, 4, 13, 21, 6, 3, 3, ConvGeometry{2, 3, 1, 2, 2, 1, 2}}, {3, 5, 17, 34, 5, 3, 3, ConvGeometry{1, 1, 1, 1, 1, 1, 5}},
	{2, 4, 3, 3, 4, 1, 1, ConvGeometry{4, 4, 1, 1, 1, 1, 1}}, {1, 2, 20, 33, 3, 3, 3, ConvGeometry{1, 1, 0, 0, 2, 2, 1}},
	{2, 3, 9, 30, 4, 3, 3, ConvGeometry{1, 1, 2, 2, 1, 1, 1}}, squareCase(3, 6, 14, 16, 5, 1, 0), squareCase(2, 7, 9, 32, 3, 1, 1),
	squareCase(2, 4, 11, 16, 3, 2, 1), squareCase(1, 5, 20, 48, 5, 1, 2), squareCase(2, 1, 3, 16, 3, 1, 0),
	{40, 2, 4, 4, 16, 1, 1, ConvGeometry{1, 1, 0, 0, 1, 1, 1}}, {2, 6, 9, 17, 32, 3, 3, ConvGeometry{1, 1, 1, 0, 1, 1, 2}},
	squareCase(1, 40, 30, 7, 3, 1, 1), squareCase(2, 33, 28, 9, 3, 1, 1), squareCase(1, 1200, 3, 100, 3, 1, 1),
	depthCase(2, 5, 7, 7, 1, 1), depthCase(3, 40, 14, 14, 1, 1), depthCase(3, 21, 14, 14, 2, 1), depthCase(2, 3, 32, 40, 1, 1), depthCase(2, 3, 33, 39, 2, 1),
	depthCase(1, 2, 112, 112, 2, 1), depthCase(2, 3, 5, 1, 1, 1), depthCase(2, 3, 1, 2, 2, 1), depthCase(1, 3, 8, 27, 1, 0), depthCase(2, 3, 9, 24, 2, 2), depthCase(2, 2, 6, 10, 2, 0),
	{2, 3, 18, 62, 2, 3, 3, ConvGeometry{1, 1, 1, 1, 1, 1, 1}}, {1, 64, 31, 9, 28, 3, 5, ConvGeometry{1, 1, 1, 2, 1, 1, 1}},
	{1, 30, 37, 46, 16, 3, 3, ConvGeometry{1, 1, 1, 0, 1, 1, 1}}, squareCase(9, 16, 13, 30, 3, 1, 0), squareCase(5, 65, 7, 20, 3, 1, 1), squareCase(1, 34, 6, 100, 3, 1, 2),
}

func (c convCase) y() (oh, ow int) {
	return (c.h+2*c.g.PaddingH-c.g.DilationH*(c.kh-1)-1)/c.g.StrideH + 1, (c.w+2*c.g.PaddingW-c.g.DilationW*(c.kw-1)-1)/c.g.StrideW + 1
}

// guarded is an array of random numbers with guard zones around it in its buffer.
func guarded(r *rand.Rand, t DType, shape ...int) *Array {
	const zone = 64
	n := 1
	for _, d := range shape {
		n *= d
	}
	a := &Array{Buf: NewBuffer((n + 2*zone) * 4), Off: zone, Type: t}
	a.SetShape(shape)
	s := Slice[float32](&Array{Buf: a.Buf})
	for i := range s {
		s[i] = 12345
	}
	for i := range n {
		s[zone+i] = float32(r.NormFloat64())
	}
	return a
}

// unwritten is a guarded array for a result: what nobody writes has the guards' number.
func unwritten(shape ...int) *Array {
	const zone = 64
	a := &Array{Off: zone, Type: Float32}
	a.SetShape(shape)
	a.Buf = NewBuffer((a.Numel() + 2*zone) * 4)
	s := Slice[float32](&Array{Buf: a.Buf})
	for i := range s {
		s[i] = 12345
	}
	return a
}

func guardsHold(t *testing.T, name string, a *Array) {
	t.Helper()
	s := Slice[float32](&Array{Buf: a.Buf})
	for i, v := range s {
		if (i < int(a.Off) || i >= int(a.Off)+a.Numel()) && v != 12345 {
			t.Fatalf("%s: element %d outside of the array was changed to %g", name, i-int(a.Off), v)
		}
	}
}

// reference computes the three sides of the form in float64.
func (c convCase) reference(x, w, y []float32) (fy, fx, fw []float64) {
	oh, ow := c.y()
	cg, og := c.c/c.g.Groups, c.o/c.g.Groups
	fy, fx, fw = make([]float64, c.n*c.o*oh*ow), make([]float64, c.n*c.c*c.h*c.w), make([]float64, c.o*cg*c.kh*c.kw)
	// tap is what the weight wi, of column b, has to do with a row of y, which begins at i, and the row of x, which
	// begins at at. It is most of the time of the emulated machine of .ci/avx512.
	tap := func(wi, i, at, b int) {
		weight, sum, step := float64(w[wi]), fw[wi], c.g.StrideW
		first := b*c.g.DilationW - c.g.PaddingW // in x, of the first element of y's row
		skip := max(0, (step-1-first)/step)
		k, x, fx := first+skip*step, x[at:][:c.w], fx[at:][:c.w]
		y, fy := y[i:][:ow], fy[i:][:ow]
		for j := skip; j < len(y) && k < len(x); j++ {
			xv, yv := float64(x[k]), float64(y[j])
			fy[j] += weight * xv
			fx[k] += weight * yv
			sum += xv * yv
			k += step
		}
		fw[wi] = sum
	}
	for n := range c.n {
		for oc := range c.o {
			for k := range cg * c.kh * c.kw {
				b, a, ic := k%c.kw, k/c.kw%c.kh, k/(c.kw*c.kh)
				for row := range oh {
					if yy := row*c.g.StrideH - c.g.PaddingH + a*c.g.DilationH; yy >= 0 && yy < c.h {
						tap(oc*cg*c.kh*c.kw+k, ((n*c.o+oc)*oh+row)*ow, ((n*c.c+oc/og*cg+ic)*c.h+yy)*c.w, b)
					}
				}
			}
		}
	}
	return fy, fx, fw
}

// near compares with what float64 arithmetic gives; scale is the number of terms.
func near(t *testing.T, name string, got []float32, want []float64, terms int) {
	t.Helper()
	tolerance := 2e-6 * math.Sqrt(float64(terms)+1)
	for i, v := range want {
		if d := math.Abs(float64(got[i]) - v); !(d <= tolerance*(3+math.Abs(v))) {
			t.Fatalf("%s: element %d is %g, not %g", name, i, got[i], v)
		}
	}
}

func eachPath(t *testing.T, f func(t *testing.T)) {
	before, threads := cpu.Path(), pool.Threads()
	defer func() { pool.SetThreads(threads) }()
	defer cpu.Force(before)
	for _, path := range kernel.Paths() {
		if cpu.Force(path) != nil {
			continue
		}
		for _, n := range []int{1, 2, 3} {
			if n == 1 && raceEnabled { // nothing to race with
				continue
			}
			pool.SetThreads(n)
			t.Run(fmt.Sprintf("%s-%d", path, n), f)
		}
	}
}

func TestConvolutionPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	type sample struct {
		x, w, y, b *Array
		fy, fx, fw []float64
	}
	samples := make([]sample, len(convCases))
	for i, c := range convCases {
		oh, ow := c.y()
		s := sample{x: guarded(r, Float32, c.n, c.c, c.h, c.w), w: guarded(r, Float32, c.o, c.c/c.g.Groups, c.kh, c.kw),
			y: guarded(r, Float32, c.n, c.o, oh, ow), b: guarded(r, Float32, max(c.o, c.c))}
		s.fy, s.fx, s.fw = c.reference(Slice[float32](s.x), Slice[float32](s.w), Slice[float32](s.y))
		samples[i] = s
	}
	eachPath(t, func(t *testing.T) {
		for i, c := range convCases {
			s := samples[i]
			oh, ow := c.y()
			name := fmt.Sprintf("%+v", c)
			y, x, w := unwritten(c.n, c.o, oh, ow), unwritten(c.n, c.c, c.h, c.w), unwritten(c.o, c.c/c.g.Groups, c.kh, c.kw)
			bias := Slice[float32](s.b)
			terms := c.c / c.g.Groups * c.kh * c.kw
			outputs := c.o / c.g.Groups * c.kh * c.kw

			cpuConv2d(y, s.x, s.w, nil, kernel.ActNone, c.g)
			near(t, "forward "+name, Slice[float32](y), s.fy, terms)
			biased := make([]float64, len(s.fy))
			for j, v := range s.fy {
				biased[j] = v + float64(bias[j/(oh*ow)%c.o])
			}
			for _, act := range []Activation{kernel.ActNone, kernel.ActReLU, kernel.ActTanh} {
				cpuConv2d(y, s.x, s.w, s.b, kernel.ActNone, c.g)
				near(t, "biased "+name, Slice[float32](y), biased, terms)
				if act == kernel.ActNone {
					continue
				}
				fused := unwritten(c.n, c.o, oh, ow)
				cpuConv2d(fused, s.x, s.w, s.b, act, c.g)
				plain := Slice[float32](y)[:y.Numel()]
				kernel.Unary(act.Unary(), plain, plain, 0, 0)
				for j, v := range plain {
					if got := Slice[float32](fused)[j]; math.Float32bits(got) != math.Float32bits(v) {
						t.Fatalf("%v of %s: fused %g, not %g", act, name, got, v)
					}
				}
				guardsHold(t, "fused "+name, fused)
			}
			guardsHold(t, "forward "+name, y)

			cpuConv2dInput(x, s.y, s.w, nil, c.g)
			near(t, "input "+name, Slice[float32](x), s.fx, outputs)
			guardsHold(t, "input "+name, x)
			cpuConv2dInput(x, s.y, s.w, s.b, c.g)
			for j, v := range s.fx {
				s.fx[j] = v + float64(bias[j/(c.h*c.w)%c.c])
			}
			near(t, "input with bias "+name, Slice[float32](x), s.fx, outputs)
			for j := range s.fx {
				s.fx[j] -= float64(bias[j/(c.h*c.w)%c.c])
			}

			cpuConv2dWeight(w, s.x, s.y, c.g)
			near(t, "weight "+name, Slice[float32](w), s.fw, c.n*oh*ow)
			guardsHold(t, "weight "+name, w)
		}
	})
}
