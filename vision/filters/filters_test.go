package filters_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

// golden is testdata/filters.json, which filters.py beside it makes.
type golden struct {
	Cases []struct {
		Source              string
		Uint8               bool
		Image, Kernel, Want [][]float64
		Padding             filters.Padding
		Anchor              []int
		Stride, Dilation    int
		Convolution         bool
		Delta               float64
	}
	Kernels map[string][][]float64
}

func readGolden(t *testing.T) golden {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "filters.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// onPaths runs f with every kernel path of this processor.
func onPaths(t *testing.T, f func(t *testing.T)) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range cpu.Available() {
		if err := cpu.Force(path); err != nil {
			t.Fatal(err)
		}
		t.Run(path, f)
	}
}

// TestGolden holds results to scipy's and OpenCV's, in every padding, and Explain to them
// at every place.
func TestGolden(t *testing.T) {
	g := readGolden(t)
	if len(g.Cases) < 100 {
		t.Fatalf("%d cases", len(g.Cases))
	}
	onPaths(t, func(t *testing.T) {
		for i, c := range g.Cases {
			o := filters.Options{Padding: c.Padding, Stride: c.Stride, Dilation: c.Dilation, Convolution: c.Convolution, Delta: c.Delta}
			if c.Anchor != nil {
				o.Anchor = &image.Point{X: c.Anchor[0], Y: c.Anchor[1]}
			}
			x, kernel := tensor.FromNested(c.Image).To(tensor.Float32), tensor.FromNested(c.Kernel)
			if c.Uint8 {
				x = x.To(tensor.Uint8)
			}
			name := fmt.Sprintf("case %d, %s, %d x %d under %d x %d, %+v", i, c.Source, len(c.Image), len(c.Image[0]), len(c.Kernel), len(c.Kernel[0]), o)
			y := filters.Filter2D(x, kernel, o)
			if want := []int{len(c.Want), len(c.Want[0])}; !slices.Equal(y.Shape(), want) || y.DType() != x.DType() {
				t.Fatalf("%s: %v of shape %v, want %v", name, y.DType(), y.Shape(), want)
			}
			got := tensor.Data[float64](y.To(tensor.Float64))
			size := 1.0 // of the sums that rounding goes with
			for _, row := range c.Kernel {
				for _, w := range row {
					size += 2 * math.Abs(w)
				}
			}
			for k, v := range got {
				row, column := k/len(c.Want[0]), k%len(c.Want[0])
				want := c.Want[row][column]
				if c.Uint8 && v != want || math.Abs(v-want) > 1e-6*size {
					t.Fatalf("%s: (%d, %d) is %g, want %g", name, column, row, v, want)
				}
				if e := filters.Explain(x, kernel, o, column, row); math.Abs(e.Result-want) > 1e-6*size {
					t.Fatalf("%s: Explain has %g at (%d, %d), want %g", name, e.Result, column, row, want)
				}
			}
		}
	})
}

// TestKernels holds kernels to OpenCV's.
func TestKernels(t *testing.T) {
	kernels := readGolden(t).Kernels
	seen := 0
	for name, want := range kernels {
		var p [6]float64
		var got *tensor.Tensor
		switch kind, rest, _ := strings.Cut(name, " "); kind {
		case "gaussian":
			scan(t, rest, p[:2])
			got = filters.Gaussian(int(p[0]), p[1])
		case "gabor":
			scan(t, rest, p[:])
			got = filters.Gabor(int(p[0]), filters.GaborOptions{Sigma: p[1], Theta: p[2], Wavelength: p[3], Gamma: p[4], Phase: p[5]})
		case "sobel-x":
			got = filters.SobelX()
		case "sobel-y":
			got = filters.SobelY()
		case "scharr-x":
			got = filters.ScharrX()
		case "scharr-y":
			got = filters.ScharrY()
		default:
			t.Errorf("nobody knows the golden %q", name)
			continue
		}
		seen++
		wanted := tensor.FromNested(want)
		if !slices.Equal(got.Shape(), wanted.Shape()) {
			t.Errorf("%s has shape %v", name, got.Shape())
			continue
		}
		for i, v := range tensor.Data[float64](wanted) {
			if w := float64(tensor.Data[float32](got)[i]); math.Abs(w-v) > 1e-7 {
				t.Errorf("%s: weight %d is %g, want %g", name, i, w, v)
			}
		}
	}
	if seen < 11 {
		t.Errorf("%d kernels were looked at", seen)
	}
}

func scan(t *testing.T, text string, into []float64) {
	t.Helper()
	for i, f := range strings.Fields(text) {
		if _, err := fmt.Sscan(f, &into[i]); err != nil {
			t.Fatal(err)
		}
	}
}

// TestChannels: every channel of every image is filtered by itself, threads or not, float or
// not, and a view as what it shows.
func TestChannels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := tensor.RandInt(rng, 0, 256, 2, 3, 131, 97).To(tensor.Uint8)
	for _, kernel := range []*tensor.Tensor{filters.Gaussian(7, 1.3), filters.Emboss(), filters.MotionBlur(9, 30)} {
		for padding := filters.Zero; padding <= filters.None; padding++ {
			for _, stride := range []int{1, 3} {
				o := filters.Options{Padding: padding, Stride: stride}
				all := filters.Filter2D(x, kernel, o)
				floats := filters.Filter2D(x.To(tensor.Float32), kernel, o)
				turned := filters.Filter2D(x.Transpose(2, 3), kernel.Transpose(0, 1), o).Transpose(2, 3)
				for n := range 2 {
					for c := range 3 {
						one := filters.Filter2D(x.Select(0, n).Select(0, c), kernel, o)
						want := tensor.Data[uint8](one)
						if got := tensor.Data[uint8](all.Select(0, n).Select(0, c)); !slices.Equal(got, want) {
							t.Fatalf("%v, stride %d: image %d, channel %d differs from itself alone", padding, stride, n, c)
						}
						other := tensor.Data[uint8](turned.Select(0, n).Select(0, c))
						for i, v := range tensor.Data[float32](floats.Select(0, n).Select(0, c)) {
							rounded := math.RoundToEven(float64(min(max(v, 0), 255)))
							if rounded != float64(want[i]) {
								t.Fatalf("%v, stride %d: %g became %d", padding, stride, v, want[i])
							}
							if math.Abs(float64(other[i])-float64(want[i])) > 1 {
								t.Fatalf("%v, stride %d: transposed, %d instead of %d", padding, stride, other[i], want[i])
							}
						}
					}
				}
			}
		}
	}
}

// TestSeparable: a kernel that is a product has the result of one that is not, quite.
func TestSeparable(t *testing.T) {
	x := tensor.Rand(rand.New(rand.NewPCG(3, 4)), 40, 50)
	kernel := filters.Gaussian(9, 2)
	whole := filters.Filter2D(x, kernel, filters.Options{Padding: filters.Reflect})
	sum := tensor.ZerosLike(x)
	for i := range 9 { // one row of the kernel at a time is never separated
		row := tensor.Zeros(9, 9)
		row.SetSlice(0, i, i+1, 1, kernel.Slice(0, i, i+1, 1))
		sum = sum.Add(filters.Filter2D(x, row, filters.Options{Padding: filters.Reflect}))
	}
	if d := whole.Sub(sum).Abs().MaxAll().Item(); d > 1e-6 {
		t.Errorf("two passes differ from one by %g", d)
	}
}

// TestInfinities: what is not finite stays near, and weights of 0 hide it.
func TestInfinities(t *testing.T) {
	onPaths(t, func(t *testing.T) {
		x := tensor.Ones(9, 9)
		x.SetSlice(0, 4, 5, 1, tensor.Full(math.Inf(1), 1, 9))
		y := tensor.Data[float32](filters.Filter2D(x, filters.SobelY(), filters.Options{Padding: filters.Reflect}))
		for i, v := range y {
			switch row := i / 9; {
			case row == 3 && !math.IsInf(float64(v), 1), row == 5 && !math.IsInf(float64(v), -1):
				t.Errorf("row %d beside an infinite one is %g", row, v)
			case row != 3 && row != 5 && v != 0:
				t.Errorf("row %d is %g", row, v)
			}
		}
	})
}

func TestNormalize(t *testing.T) {
	x := tensor.Full(100, 5, 5)
	if y := filters.Filter2D(x, tensor.Ones(3, 3), filters.Options{Padding: filters.Replicate, Normalize: true}); math.Abs(y.MaxAll().Item()-100) > 1e-4 {
		t.Errorf("nine equal weights give %v", y)
	}
	x = tensor.Zeros(5, 5)
	x.SetSlice(1, 2, 5, 1, tensor.Full(255, 5, 3))
	y := filters.Filter2D(x, filters.SobelX(), filters.Options{Padding: filters.Replicate, Normalize: true})
	if got := y.MaxAll().Item(); math.Abs(got-127.5) > 1e-4 { // half the weights are above 0
		t.Errorf("an edge from 0 to 255 is %g", got)
	}
	if y := filters.Filter2D(x, tensor.Zeros(3, 3), filters.Options{Normalize: true, Delta: 3}); y.MinAll().Item() != 3 || y.MaxAll().Item() != 3 {
		t.Errorf("a kernel of zeros: %v", y)
	}
}

func TestMisuse(t *testing.T) {
	x, k := tensor.Zeros(5, 6), tensor.Ones(3, 3)
	for name, wrong := range map[string]func(){
		"no image":         func() { filters.Filter2D(nil, k, filters.Options{}) },
		"no kernel":        func() { filters.Filter2D(x, nil, filters.Options{}) },
		"image of 1 dim":   func() { filters.Filter2D(tensor.Zeros(5), k, filters.Options{}) },
		"empty image":      func() { filters.Filter2D(tensor.Zeros(0, 5), k, filters.Options{}) },
		"kernel of 3 dims": func() { filters.Filter2D(x, tensor.Ones(1, 3, 3), filters.Options{}) },
		"whole weights":    func() { filters.Filter2D(x, k.To(tensor.Int64), filters.Options{}) },
		"image of int64":   func() { filters.Filter2D(x.To(tensor.Int64), k, filters.Options{}) },
		"tracked":          func() { filters.Filter2D(tensor.Zeros(5, 6).RequireGrad(), k, filters.Options{}) },
		"does not fit":     func() { filters.Filter2D(x, tensor.Ones(6, 1), filters.Options{Padding: filters.None}) },
		"dilated too far":  func() { filters.Filter2D(x, k, filters.Options{Padding: filters.None, Dilation: 3}) },
		"anchor":           func() { filters.Filter2D(x, k, filters.Options{Anchor: &image.Point{X: 3}}) },
		"stride":           func() { filters.Filter2D(x, k, filters.Options{Stride: -1}) },
		"dilation":         func() { filters.Filter2D(x, k, filters.Options{Dilation: math.MaxInt}) },
		"padding":          func() { filters.Filter2D(x, k, filters.Options{Padding: 9}) },
		"explain beyond":   func() { filters.Explain(x, k, filters.Options{}, 6, 0) },
		"explain channels": func() { filters.Explain(tensor.Zeros(2, 5, 6), k, filters.Options{}, 0, 0) },
		"size":             func() { filters.Box(0) },
		"sigma":            func() { filters.Gaussian(3, math.NaN()) },
		"even gabor":       func() { filters.Gabor(4, filters.GaborOptions{Sigma: 1, Wavelength: 3}) },
		"angle":            func() { filters.MotionBlur(3, math.Inf(1)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				var misuse tensor.Misuse
				if err, _ := recover().(error); !errors.As(err, &misuse) || !strings.Contains(err.Error(), "filters_test.go") {
					t.Errorf("recovered %v, want a Misuse with this file's name", err)
				}
			}()
			wrong()
		})
	}
}
