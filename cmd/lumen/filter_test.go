package main

import (
	"bytes"
	"encoding/json"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
	"github.com/lumen-ml/lumen/vision/filters"
)

// coffee is a photograph, of 600 x 400 pixels.
var coffee = filepath.Join("..", "..", "vision", "filters", "testdata", "coffee.jpg")

// filterOf runs lumen filter and returns its streams and exit status.
func filterOf(t *testing.T, args ...string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(terminal{t.Context(), &o, &e}, append([]string{"filter"}, args...))
	return o.String(), e.String(), status
}

func TestFilter(t *testing.T) {
	x, err := vision.Open(coffee)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out.png")
	floats := x.To(tensor.Float32)
	reflect := filters.Options{Padding: filters.Reflect}
	edge := tensor.FromSlice([]float32{-1, 0, 1}, 1, 3)
	for _, c := range []struct {
		args []string
		want *tensor.Tensor
	}{
		{[]string{"--kernel", "gaussian", "--sigma", "1.5", "--padding", "reflect"}, filters.Filter2D(x, filters.Gaussian(13, 1.5), reflect)},
		{nil, filters.Filter2D(x, filters.Gaussian(13, 1.5), reflect)},
		{[]string{"--kernel", "0,-1,0;-1,5,-1;0,-1,0", "--padding", "zero"}, filters.Filter2D(x, filters.Sharpen(), filters.Options{})},
		{[]string{"--kernel", "-1,0,1", "--signed", "clip"}, filters.Filter2D(x, edge, reflect)},
		{[]string{"--kernel", "-1,0,1", "--convolution", "--signed", "clip"}, filters.Filter2D(x, edge.Neg(), reflect)},
		{[]string{"--kernel=-1,0,1", "--signed=abs"}, filters.Filter2D(floats, edge, reflect).Abs().Clamp(0, 255).To(tensor.Uint8)},
		{[]string{"--kernel", "-1 0 1", "--signed", "offset"}, filters.Filter2D(x, edge, filters.Options{Padding: filters.Reflect, Delta: 128})},
		{[]string{"--kernel", "box", "--size", "7", "--delta", "-20.5", "--padding", "circular"},
			filters.Filter2D(x, filters.Box(7), filters.Options{Padding: filters.Circular, Delta: -20.5})},
		{[]string{"--kernel", "motion", "--angle", "-30", "--padding", "none", "--stride", "3", "--dilation", "2"},
			filters.Filter2D(x, filters.MotionBlur(15, -30), filters.Options{Padding: filters.None, Stride: 3, Dilation: 2})},
		{[]string{"--kernel", "1,2;3,4", "--normalize", "--anchor", "0,1"},
			filters.Filter2D(x, tensor.FromSlice([]float32{1, 2, 3, 4}, 2, 2), filters.Options{Padding: filters.Reflect, Normalize: true, Anchor: at(0, 1)})},
	} {
		text, errs, status := filterOf(t, append(slices.Clone(c.args), coffee, out)...)
		if status != 0 || !strings.Contains(text, "out.png: ") {
			t.Errorf("%q: status %d, %s%s", c.args, status, text, errs)
			continue
		}
		y, err := vision.Open(out)
		if err != nil {
			t.Error(err)
			continue
		}
		if !slices.Equal(y.Shape(), c.want.Shape()) || !slices.Equal(tensor.Data[uint8](y), tensor.Data[uint8](c.want)) {
			t.Errorf("%q: the picture is not what Filter2D makes", c.args)
		}
	}
}

// TestFilterSigned: results below zero are painted, and it is said; sharpening makes a picture.
func TestFilterSigned(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.png")
	_, errs, status := filterOf(t, "--kernel", "sobel-x", coffee, out)
	if status != 0 || !strings.Contains(errs, "blue is below 0, white 0, red above (--signed diverging") {
		t.Fatalf("status %d: %s", status, errs)
	}
	x, err := vision.Open(coffee, vision.ReadOptions{Mode: vision.RGB})
	if err != nil {
		t.Fatal(err)
	}
	y, err := vision.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	s := filters.Filter2D(x.To(tensor.Float32), filters.SobelX(), filters.Options{Padding: filters.Reflect})
	luma := s.Select(0, 0).MulScalar(0.299).Add(s.Select(0, 1).MulScalar(0.587)).Add(s.Select(0, 2).MulScalar(0.114))
	values, colours := tensor.Data[float32](luma), tensor.Data[uint8](y)
	below, above := 0, 0
	for i, v := range values {
		r, b := colours[i], colours[2*len(values)+i]
		switch {
		case v < -5 && (b != 255 || r == 255), v > 5 && (r != 255 || b == 255):
			t.Fatalf("%g is red %d, blue %d", v, r, b)
		case v < -5:
			below++
		case v > 5:
			above++
		}
	}
	if below < 1000 || above < 1000 {
		t.Errorf("%d results below 0, %d above", below, above)
	}
	_, errs, _ = filterOf(t, "--kernel", "sharpen", coffee, out)
	if !strings.Contains(errs, "what is below 0 is black (--signed clip)") {
		t.Errorf("sharpen: %s", errs)
	}
	_, errs, _ = filterOf(t, "--kernel", "sharpen", "--signed", "diverging", coffee, out)
	if !strings.Contains(errs, "white 0") {
		t.Errorf("sharpen, diverging: %s", errs)
	}
	if _, errs, _ = filterOf(t, "--kernel", "box", coffee, out); errs != "" {
		t.Errorf("box, which has nothing below 0: %s", errs)
	}
}

// TestFilterAlpha: opacity is left as it is.
func TestFilterAlpha(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	values := make([]uint8, 4*8*9)
	for i := range values {
		values[i] = uint8(i)
	}
	x := tensor.FromSlice(values, 4, 8, 9)
	if err := vision.SaveImage(in, x); err != nil {
		t.Fatal(err)
	}
	if _, errs, status := filterOf(t, "--kernel", "box", in, out); status != 0 {
		t.Fatal(errs)
	}
	y, err := vision.Open(out)
	if err != nil || !slices.Equal(y.Shape(), x.Shape()) || !slices.Equal(tensor.Data[uint8](y.Select(0, 3)), tensor.Data[uint8](x.Select(0, 3))) {
		t.Errorf("%v, %v", y, err)
	}
	_, errs, status := filterOf(t, "--kernel", "box", "--padding", "none", in, out)
	if y, err := vision.Open(out); status != 0 || err != nil || !slices.Equal(y.Shape(), []int{3, 4, 5}) || !strings.Contains(errs, "out.png: opaque") {
		t.Errorf("without padding: %v, %v, %s", y, err, errs)
	}
}

func TestFilterExplain(t *testing.T) {
	out, _, status := filterOf(t, "--kernel", "sharpen", "--explain", "0,0", coffee)
	if status != 0 || strings.Count(out, "5 of 9 values come from beyond the edge") != 3 || !strings.Contains(out, "padding reflect, blue:") {
		t.Errorf("status %d:\n%s", status, out)
	}
	for line := range strings.Lines(out) {
		if len(line) > 101 && !strings.Contains(line, "coffee.jpg") {
			t.Errorf("a line of %d columns: %s", len(line), line)
		}
	}
	out, _, _ = filterOf(t, "--kernel", "sharpen", "--gray", "--explain", "5,399", "--json", coffee)
	var e struct {
		Channel string
		filters.Explanation
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil || e.Channel != "grey" || len(e.Terms) != 9 || !e.Terms[7].Beyond || e.Terms[7].FromY != 398 {
		t.Errorf("%v: %s", err, out)
	}
	sum := 0.0
	for _, term := range e.Terms {
		sum += term.Product
	}
	if math.Abs(sum-e.Result) > 1e-9 {
		t.Errorf("the products have the sum %g, the result is %g", sum, e.Result)
	}
}

func TestFilterGrid(t *testing.T) {
	sheet := filepath.Join(t.TempDir(), "sheet.png")
	out, errs, status := filterOf(t, "--grid", "--json", coffee, sheet)
	var line struct{ Kernels, Width, Height int }
	if err := json.Unmarshal([]byte(out), &line); err != nil || status != 0 || line.Kernels != len(filters.Presets()) || !strings.Contains(errs, "white 0") {
		t.Fatalf("status %d, %v: %s%s", status, err, out, errs)
	}
	x, err := vision.Open(sheet)
	if err != nil || !slices.Equal(x.Shape(), []int{3, line.Height, line.Width}) {
		t.Errorf("%v: %v", x.Shape(), err)
	}
}

func TestFilterErrors(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.png")
	bomb := filepath.Join(dir, "bomb.gif")
	if err := os.WriteFile(bomb, []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{coffee, 2, "needs the name of a picture to write"},
		{"--kernel gausian " + coffee + " " + out, 2, `there is no kernel "gausian"; there are identity, box, gaussian`},
		{"--kernel 1,2;3 " + coffee + " " + out, 2, "row 2 of the kernel has 1 weights, row 1 has 2"},
		{"--kernel --gray " + coffee + " " + out, 2, "--kernel: expected string value but got \"--gray\""},
		{"--size 4 " + coffee + " " + out, 2, "an odd number"},
		{"--sigma -1 " + coffee + " " + out, 2, "the sigma of gaussian is -1"},
		{"--angle x " + coffee + " " + out, 2, "--angle: expected a float but got \"x\""},
		{"--angle NaN " + coffee + " " + out, 2, "--angle NaN: a number of ordinary size is wanted"},
		{"--delta -1e39 " + coffee + " " + out, 2, "--delta -1e+39: a number of ordinary size is wanted"},
		{"--amount -inf " + coffee + " " + out, 2, "the amount and angle of gaussian are -Inf and 0: finite numbers are wanted"},
		{"--stride 0 " + coffee + " " + out, 2, "--stride 0"},
		{"--dilation 99999999 " + coffee + " " + out, 2, "--dilation 99999999"},
		{"--anchor 3,0 --kernel sharpen " + coffee + " " + out, 2, "--anchor 3,0: the kernel has 3 columns"},
		{"--padding mirror " + coffee + " " + out, 2, `there is no padding "mirror"; there are zero, reflect`},
		{"--signed red " + coffee + " " + out, 2, "signed"},
		{"--explain 600,0 " + coffee, 2, "the result has 600 columns and 400 rows"},
		{"--explain x " + coffee, 2, "column and row"},
		{"--grid --explain 0,0 " + coffee, 2, "give one of the two"},
		{"--padding none --kernel box --size 401 " + coffee + " " + out, 1, "reaches over 401 x 401 pixels and the picture has 600 x 400"},
		{"no.png " + out, 1, "there is no such file"},
		{bomb + " " + out, 1, "a GIF of 65535 x 65535 pixels"},
		{coffee + " " + filepath.Join(dir, "out.webp"), 1, "WebP is read and not written"},
	} {
		text, errs, status := filterOf(t, strings.Fields(c.args)...)
		if status != c.status || !strings.Contains(errs, c.want) || text != "" {
			t.Errorf("%s: status %d, %s%s; want %d, %q", c.args, status, text, errs, c.status, c.want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("files were left behind: %v", left)
	}
}

func at(x, y int) *image.Point { return &image.Point{X: x, Y: y} }
