package vision_test

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

// TestSaveImage: what is saved without loss is read again as it was.
func TestSaveImage(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		channels int
		depth    int
		ends     string
	}{
		{1, 8, ".png .bmp .tif .PNG"}, {2, 8, ".png"}, {3, 8, ".png .bmp .tiff"}, {4, 8, ".png .tiff"},
		{1, 16, ".png .tiff"}, {3, 16, ".png .tiff"}, {4, 16, ".png .tiff"},
	} {
		x := tensor.RandInt(rng, 0, 1<<c.depth, c.channels, 6, 9)
		if c.depth == 8 {
			x = x.To(tensor.Uint8)
		} else {
			x = x.To(tensor.Int32)
		}
		for end := range strings.FieldsSeq(c.ends) {
			path := filepath.Join(dir, "picture"+end)
			if err := vision.SaveImage(path, x); err != nil {
				t.Error(err)
				continue
			}
			mode := []vision.Mode{vision.Gray, vision.GrayAlpha, vision.RGB, vision.RGBAlpha}[c.channels-1]
			y, err := vision.Open(path, vision.ReadOptions{Mode: mode, Depth: c.depth})
			if err != nil || y.Sub(x).Abs().To(tensor.Int64).MaxAll().Item() != 0 {
				t.Errorf("%d channels of %d bits in %s are not what was saved: %v", c.channels, c.depth, end, err)
			}
		}
	}
	smooth := tensor.Linspace(0, 1, 64).Reshape(1, 8, 8).Expand(3, 8, 8)
	for _, end := range []string{".jpg", ".jpeg", ".gif"} {
		path := filepath.Join(dir, "smooth"+end)
		if err := vision.SaveImage(path, smooth, vision.SaveOptions{Quality: 95}); err != nil {
			t.Error(err)
			continue
		}
		y, err := vision.Open(path, vision.ReadOptions{Mode: vision.RGB})
		if err != nil {
			t.Error(err)
			continue
		}
		if d := y.To(tensor.Float32).Sub(smooth.MulScalar(255)).Mean().Item(); math.Abs(d) > 4 {
			t.Errorf("%s is off by %g in the mean", end, d)
		}
	}
	batch := filepath.Join(dir, "batch.png")
	if err := vision.SaveImage(batch, tensor.Rand(rng, 9, 1, 4, 5)); err != nil {
		t.Fatal(err)
	}
	if x, err := vision.Open(batch); err != nil || !slices.Equal(x.Shape(), []int{3, 14, 58}) {
		t.Errorf("nine pictures of 4 x 5 are %v, %v", x.Shape(), err)
	}
	x := tensor.ZerosOf(tensor.Uint8, 4, 2, 2)
	for name, want := range map[string]string{
		"x.webp": "WebP is read and not written", "x.xyz": "must end in .png", "x": "must end in .png", "x.jpg": "JPEG has no alpha",
	} {
		err := vision.SaveImage(filepath.Join(dir, name), x)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	err := vision.SaveImage(filepath.Join(dir, "no", "such", "folder.png"), x) // each system has words of its own for it
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "folder.png") {
		t.Errorf("into a folder that is not there: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasSuffix(f.Name(), ".tmp") || strings.HasPrefix(f.Name(), "x") {
			t.Errorf("%s was left behind", f.Name())
		}
	}
}

// TestToImage: floats are rounded as torchvision's save_image does.
func TestToImage(t *testing.T) {
	values := []float64{0, 1, 0.5, -3, 7, math.NaN(), math.Inf(1), math.Inf(-1), 0.4 / 255, 0.5 / 255, 254.6 / 255}
	want := []uint8{0, 255, 128, 0, 255, 0, 255, 0, 0, 1, 255}
	for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64} {
		x := vision.FromImage(vision.ToImage(tensor.FromSlice(values, 1, len(values)).To(dtype)))
		if got := tensor.Data[uint8](x); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", dtype, got, want)
		}
	}
	deep := vision.FromImage(vision.ToImage(tensor.FromSlice([]int32{-5, 0, 513, 65535, 70000}, 1, 5)), vision.ReadOptions{Depth: 16})
	if got := tensor.Data[int32](deep); !slices.Equal(got, []int32{0, 0, 513, 65535, 65535}) {
		t.Errorf("16 bits: %v", got)
	}
}
