package filters_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

// TestPresets: every name has a kernel with a middle, whose sum is 1, or 0 if it is signed.
func TestPresets(t *testing.T) {
	all := filters.Presets()
	for _, p := range all {
		for _, o := range []filters.Parameters{{}, {Size: 7}, {Sigma: 0.7, Amount: 2, Angle: 33, Wavelength: 5}, {Size: 1}, {Sigma: 1e-9}, {Sigma: 1000, Wavelength: 1000}} {
			k, err := p.Kernel(o)
			if err != nil {
				t.Errorf("%s, %+v: %v", p.Name, o, err)
				continue
			}
			if k.Dim() != 2 || k.Size(0)%2 == 0 || k.Size(1)%2 == 0 {
				t.Errorf("%s, %+v: shape %v", p.Name, o, k.Shape())
			}
			sum, size := k.Sum().Item(), k.Abs().Sum().Item()
			want := 1.0
			if p.Signed {
				want = 0
			}
			if !(math.Abs(sum-want) <= 1e-5*math.Max(1, size)) && o.Size != 1 && o.Sigma != 1e-9 {
				t.Errorf("%s, %+v: the sum is %g", p.Name, o, sum)
			}
			if math.IsNaN(sum) || math.IsInf(size, 0) {
				t.Errorf("%s, %+v: %v", p.Name, o, k)
			}
		}
		if got, err := filters.Named(p.Name); err != nil || got.Name != p.Name || p.About == "" {
			t.Errorf("%s: %v", p.Name, err)
		}
		for _, o := range []filters.Parameters{{Size: 4}, {Size: -1}, {Size: 1 << 20}, {Sigma: -1}, {Sigma: math.NaN()}, {Angle: math.Inf(1)}, {Wavelength: 1e9}} {
			if _, err := p.Kernel(o); err == nil {
				t.Errorf("%s takes %+v", p.Name, o)
			}
		}
	}
	if _, err := filters.Named("gausian"); err == nil {
		t.Error("a name that is none was found")
	}
}

// TestMotionBlur: along the axes it is a row or a column of equal weights.
func TestMotionBlur(t *testing.T) {
	for angle, wanted := range map[float64]func(i, j int) bool{
		0: func(i, j int) bool { return i == 2 }, 180: func(i, j int) bool { return i == 2 },
		90: func(i, j int) bool { return j == 2 }, -90: func(i, j int) bool { return j == 2 },
	} {
		for k, w := range tensor.Data[float32](filters.MotionBlur(5, angle)) {
			want := float32(0)
			if wanted(k/5, k%5) {
				want = 0.2
			}
			if math.Abs(float64(w-want)) > 1e-7 {
				t.Errorf("%g degrees: weight %d is %g", angle, k, w)
			}
		}
	}
	rising := filters.MotionBlur(5, 45)
	if up, down := rising.Select(0, 1).Select(0, 3).Item(), rising.Select(0, 1).Select(0, 1).Item(); !(up > 0.1 && down == 0) {
		t.Errorf("45 degrees: %g up to the right, %g to the left", up, down)
	}
}
