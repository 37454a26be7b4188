package transforms

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// goldenCase is one call of torchvision; testdata/golden.py makes them.
type goldenCase struct {
	Op, Input, Type string
	Args            struct {
		H, W, Top, Left, OutH, OutW, Size, Channels      int
		Mode                                             string
		Antialias, Expand                                bool
		Angle, Scale, Factor, Sigma                      float64
		Padding                                          []int
		Fill, Value, Mean, Std, Center, Translate, Shear []float64
	}
	Shape []int
	Out   []float64
}

type goldenFile struct {
	Torch, Torchvision string
	Inputs             map[string]struct {
		Shape  []int
		Pixels []int
	}
	Cases []goldenCase
}

func golden(t testing.TB) goldenFile {
	t.Helper()
	content, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g goldenFile
	if err := json.Unmarshal(content, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// input is the image of a case.
func (g goldenFile) input(c goldenCase) *tensor.Tensor {
	in := g.Inputs[c.Input]
	octets := make([]uint8, len(in.Pixels))
	for i, v := range in.Pixels {
		octets[i] = uint8(v)
	}
	x := tensor.FromSlice(octets, in.Shape...)
	if c.Type == "float" {
		x = ToFloat(x)
	}
	return x
}

func (c goldenCase) interpolation(t testing.TB) (m Interpolation) {
	if err := m.UnmarshalText([]byte(c.Args.Mode)); err != nil {
		t.Fatal(err)
	}
	return m
}

func (c goldenCase) warp(t testing.TB) WarpOptions {
	o := WarpOptions{Interpolation: c.interpolation(t), Fill: c.Args.Fill}
	if c.Args.Center != nil {
		o.Center = &[2]float64{c.Args.Center[0], c.Args.Center[1]}
	}
	return o
}

func (c goldenCase) affine() AffineParameters {
	a := c.Args
	return AffineParameters{a.Angle, [2]float64(a.Translate), a.Scale, [2]float64(a.Shear)}
}

// call does a case with the function of its name.
func (c goldenCase) call(t testing.TB, x *tensor.Tensor) *tensor.Tensor {
	t.Helper()
	a := c.Args
	switch c.Op {
	case "Resize":
		return Resize(x, a.H, a.W, c.interpolation(t), a.Antialias)
	case "ResizeShorter":
		return ResizeShorter(x, a.H, c.interpolation(t), a.Antialias)
	case "ResizedCrop":
		return ResizedCrop(x, a.Top, a.Left, a.H, a.W, a.OutH, a.OutW, c.interpolation(t), a.Antialias)
	case "CenterCrop":
		return CenterCrop(x, a.H, a.W)
	case "Crop":
		return Crop(x, a.Top, a.Left, a.H, a.W)
	case "Pad":
		var mode PaddingMode
		if err := mode.UnmarshalText([]byte(a.Mode)); err != nil {
			t.Fatal(err)
		}
		return Pad(x, a.Padding[0], a.Padding[1], a.Padding[2], a.Padding[3], mode, a.Fill...)
	case "HorizontalFlip":
		return HorizontalFlip(x)
	case "VerticalFlip":
		return VerticalFlip(x)
	case "Rotate":
		return Rotate(x, a.Angle, a.Expand, c.warp(t))
	case "Affine":
		return Affine(x, c.affine(), c.warp(t))
	case "AdjustBrightness":
		return AdjustBrightness(x, a.Factor)
	case "AdjustContrast":
		return AdjustContrast(x, a.Factor)
	case "AdjustSaturation":
		return AdjustSaturation(x, a.Factor)
	case "AdjustHue":
		return AdjustHue(x, a.Factor)
	case "RGBToGrayscale":
		return RGBToGrayscale(x, a.Channels)
	case "GaussianBlur":
		return GaussianBlur(x, a.Size, a.Sigma)
	case "Erase":
		return Erase(x, a.Top, a.Left, a.H, a.W, a.Value...)
	case "Normalize":
		return Normalize(x, a.Mean, a.Std)
	}
	t.Fatalf("golden.json calls %s, which this test does not know", c.Op)
	return nil
}

// tolerance is how far an element may be from torchvision's. Of bytes that are computed, one in a hundred may be the next
// one: what is cut or rounded hangs on the last bit before.
func (c goldenCase) tolerance() float64 {
	moves := slices.Contains([]string{"Crop", "CenterCrop", "Pad", "HorizontalFlip", "VerticalFlip", "Erase"}, c.Op) ||
		c.Args.Mode == "nearest" || c.Args.Mode == "nearest-exact"
	switch {
	case moves && c.Type == "uint8":
		return 0
	case moves:
		return 1e-6 // the golden's seven digits
	case c.Type == "uint8":
		return 1
	case c.Op == "Rotate" || c.Op == "Affine":
		return 1e-5 // torchvision works places out in float32
	}
	return 2e-6
}

// ties are the elements whose place lies half way between two pixels to within float32's rounding, where the nearest
// pixel is torchvision's chance.
func (c goldenCase) ties(t testing.TB, in, out format) []bool {
	ties := make([]bool, out.size())
	if c.Args.Mode != "nearest" || c.Op != "Rotate" && c.Op != "Affine" {
		return ties
	}
	o := c.warp(t)
	m := rotation(in, c.Args.Angle, o)
	if c.Op == "Affine" {
		m = inverseAffine(o.center(in), c.affine())
	} else if quarters(in, c.Args.Angle, c.Args.Expand, o) >= 0 {
		return ties
	}
	tie := func(x float64) bool { return math.Abs(x-math.Floor(x)-0.5) < 1e-5 }
	for i := range ties {
		sx, sy := warpPlace(&m, out, in, i%out.w, i/out.w%out.h)
		ties[i] = tie(sx) || tie(sy)
	}
	return ties
}

func TestTorchvision(t *testing.T) {
	g := golden(t)
	if g.Torch == "" || g.Torchvision == "" || len(g.Cases) < 300 {
		t.Fatalf("golden.json: PyTorch %q, torchvision %q, %d cases", g.Torch, g.Torchvision, len(g.Cases))
	}
	worst, compared, left := 0.0, 0, 0
	offByOne, octets := map[string]int{}, map[string]int{}
	for _, c := range g.Cases {
		x := g.input(c)
		name := fmt.Sprintf("%s of %s %s %+v", c.Op, c.Type, c.Input, c.Args)
		y := c.call(t, x)
		if !slices.Equal(y.Shape(), c.Shape) || y.DType() != x.DType() {
			t.Errorf("%s: %v of shape %v, torchvision gives %v", name, y.DType(), y.Shape(), c.Shape)
			continue
		}
		got := tensor.Data[float32](y.To(tensor.Float32))
		in, out := x.Shape(), y.Shape()
		ties := c.ties(t, format{c: in[0], h: in[1], w: in[2]}, format{c: out[0], h: out[1], w: out[2]})
		failed := false
		for i, v := range got {
			if ties[i] {
				left++
				continue
			}
			compared++
			diff := math.Abs(float64(v) - c.Out[i])
			if c.Type == "uint8" {
				octets[c.Op]++
				if diff != 0 {
					offByOne[c.Op]++
				}
			} else {
				worst = max(worst, diff)
			}
			if !(diff <= c.tolerance()) && !failed {
				failed = true
				t.Errorf("%s: element %d is %v, torchvision gives %v (all: %v, %v)", name, i, v, c.Out[i], got, c.Out)
			}
		}

		// A batch is its images.
		batch := c.call(t, tensor.Stack(0, x, x, x))
		if !slices.Equal(batch.Shape(), append([]int{3}, c.Shape...)) {
			t.Errorf("%s: a batch of 3 comes out as %v", name, batch.Shape())
			continue
		}
		for k := range 3 {
			if !slices.Equal(tensor.Data[float32](batch.Select(0, k).To(tensor.Float32)), got) {
				t.Errorf("%s: image %d of a batch differs from the image alone", name, k)
			}
		}
	}
	if compared < 10000 || left > compared/50 {
		t.Errorf("%d elements compared, %d left out as ties", compared, left)
	}
	for op, n := range offByOne {
		if n*100 > octets[op] {
			t.Errorf("%s: %d of %d bytes are not torchvision's", op, n, octets[op])
		}
	}
	t.Logf("%d cases, %d elements, %d ties left out; floats differ by %.1e at most; bytes off by one %v of %v", len(g.Cases), compared, left, worst, offByOne, octets)
}

func TestToFloatIsDivision(t *testing.T) {
	octets := make([]uint8, 256)
	for i := range octets {
		octets[i] = uint8(i)
	}
	for i, v := range tensor.Data[float32](ToFloat(tensor.FromSlice(octets, 1, 16, 16))) {
		if v != float32(i)/255 {
			t.Errorf("%d becomes %v", i, v)
		}
	}
}
