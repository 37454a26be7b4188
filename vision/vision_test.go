package vision_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

type known struct {
	Pixels, Gray, Deep [][][]int32
	Tolerance          float64
}

// pictures is testdata/pictures.json, which pictures.py beside it makes.
func pictures(t testing.TB) map[string]known {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "pictures.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Pictures map[string]known }
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Pictures) < 25 {
		t.Fatalf("%d pictures", len(all.Pictures))
	}
	return all.Pictures
}

func near(t *testing.T, what string, x *tensor.Tensor, want [][][]int32, tolerance float64) {
	t.Helper()
	wanted := tensor.FromNested(want)
	if !slices.Equal(x.Shape(), wanted.Shape()) {
		t.Errorf("%s has shape %v, want %v", what, x.Shape(), wanted.Shape())
		return
	}
	if d := x.To(tensor.Float64).Sub(wanted.To(tensor.Float64)).Abs().MaxAll().Item(); d > tolerance {
		t.Errorf("%s is off by %g", what, d)
	}
}

// TestOpen holds what is read to Pillow's and OpenCV's pixels, in every format, depth and
// orientation.
func TestOpen(t *testing.T) {
	for name, k := range pictures(t) {
		path := filepath.Join("testdata", name)
		if k.Deep != nil {
			x, err := vision.Open(path, vision.ReadOptions{Depth: 16})
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			near(t, name+" in 16 bits", x, k.Deep, 0)
			x, err = vision.Open(path)
			if err != nil || x.DType() != tensor.Uint8 {
				t.Errorf("%s in 8 bits: %v", name, err)
				continue
			}
			for _, plane := range k.Deep {
				for _, row := range plane {
					for i := range row {
						row[i] >>= 8
					}
				}
			}
			near(t, name+" in 8 bits", x, k.Deep, 0)
			continue
		}
		x, err := vision.Open(path)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if x.DType() != tensor.Uint8 || !x.Contiguous() {
			t.Errorf("%s: %v, contiguous %t", name, x.DType(), x.Contiguous())
		}
		near(t, name, x, k.Pixels, k.Tolerance)
		for mode, channels := range map[vision.Mode]int{vision.Gray: 1, vision.GrayAlpha: 2, vision.RGB: 3, vision.RGBAlpha: 4} {
			x, err := vision.Open(path, vision.ReadOptions{Mode: mode})
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			if mode == vision.Gray {
				near(t, name+" in grey", x, k.Gray, k.Tolerance)
			}
			colours := k.Pixels[:min(len(k.Pixels), 3)]
			if len(colours) == 1 {
				colours = slices.Repeat(colours, 3)
			}
			if channels >= 3 {
				near(t, name+" in "+mode.String(), x.Slice(0, 0, 3, 1), colours, k.Tolerance)
			}
			if channels%2 == 0 {
				last := x.Slice(0, channels-1, channels, 1)
				if len(k.Pixels) == 4 {
					near(t, name+"'s alpha", last, k.Pixels[3:], 0)
				} else if last.MinAll().Item() != 255 {
					t.Errorf("%s has no alpha and is not opaque", name)
				}
			}
		}
		deep, err := vision.Open(path, vision.ReadOptions{Depth: 16})
		if err != nil || deep.DType() != tensor.Int32 || deep.Sub(x.To(tensor.Int32).MulScalar(257)).Abs().MaxAll().Item() != 0 {
			t.Errorf("%s in 16 bits is not 257 times what it is in 8: %v", name, err)
		}
	}
	x, err := vision.Open(filepath.Join("testdata", "orientation6.jpg"), vision.ReadOptions{IgnoreOrientation: true})
	if err != nil || !slices.Equal(x.Shape(), []int{1, 7, 11}) {
		t.Errorf("without its orientation: %v, %v", x.Shape(), err)
	}
}

// bombs are small files that promise far more pixels than they have.
func bombs(t testing.TB) map[string][]byte {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	png := read("rgb.png")
	binary.BigEndian.PutUint32(png[16:], 60000)
	binary.BigEndian.PutUint32(png[20:], 60000)
	binary.BigEndian.PutUint32(png[29:], crc32.ChecksumIEEE(png[12:29]))
	jpeg := read("rgb.jpg")
	frame := bytes.Index(jpeg, []byte{0xff, 0xc0}) // start of the frame
	binary.BigEndian.PutUint16(jpeg[frame+5:], 60000)
	binary.BigEndian.PutUint16(jpeg[frame+7:], 60000)
	gif := read("rgb.gif")
	binary.LittleEndian.PutUint16(gif[6:], 60000)
	binary.LittleEndian.PutUint16(gif[8:], 60000)
	bmp := read("rgb.bmp")
	binary.LittleEndian.PutUint32(bmp[18:], 60000)
	binary.LittleEndian.PutUint32(bmp[22:], 60000)
	var tiff bytes.Buffer
	tiff.WriteString("II*\x00\x08\x00\x00\x00")
	entries := [][2]uint32{{256, 60000}, {257, 60000}, {258, 8}, {259, 1}, {262, 1}, {273, 8}, {277, 1}, {278, 60000}, {279, 1}}
	binary.Write(&tiff, binary.LittleEndian, uint16(len(entries)))
	for _, e := range entries {
		binary.Write(&tiff, binary.LittleEndian, []uint16{uint16(e[0]), 4})
		binary.Write(&tiff, binary.LittleEndian, []uint32{1, e[1]})
	}
	binary.Write(&tiff, binary.LittleEndian, uint32(0))
	webp := read("rgb.webp") // its canvas is small, the picture inside says 16384 x 16384
	body := bytes.Index(webp, []byte("VP8L")) + 8
	binary.LittleEndian.PutUint32(webp[body+1:], 0x3fff|0x3fff<<14)
	return map[string][]byte{"PNG": png, "JPEG": jpeg, "GIF": gif, "BMP": bmp, "TIFF": tiff.Bytes(), "WebP": webp}
}

// TestBombs: a header that promises too much is refused before memory is taken.
func TestBombs(t *testing.T) {
	for name, file := range bombs(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := vision.Decode(bytes.NewReader(file))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "pixels are read") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
			t.Errorf("%s: %d bytes were allocated", name, n)
		}
	}
	b, err := os.ReadFile(filepath.Join("testdata", "rgb.png"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vision.Decode(bytes.NewReader(b), vision.ReadOptions{MaxPixels: 76}); err == nil || !strings.Contains(err.Error(), "11 x 7 pixels: 1 to 76 pixels are read") {
		t.Errorf("77 pixels of 76: %v", err)
	}
	if _, err := vision.Decode(bytes.NewReader(b), vision.ReadOptions{MaxPixels: 77}); err != nil {
		t.Error(err)
	}
	endless := io.MultiReader(bytes.NewReader(b), zeros{})
	if _, err := vision.Decode(endless, vision.ReadOptions{MaxPixels: 77}); err == nil || !strings.Contains(err.Error(), "a PNG file of more than 64 MB") {
		t.Errorf("an endless file: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestDamaged: every file that is cut short is an error that says so, and never a panic.
func TestDamaged(t *testing.T) {
	for name := range pictures(t) {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 3, 9, len(b) / 4, len(b) / 2} {
			x, err := vision.Decode(bytes.NewReader(b[:n]))
			if err == nil {
				t.Errorf("%s cut to %d of %d bytes: read as %v", name, n, len(b), x.Shape())
			} else if n > 16 && !strings.Contains(err.Error(), "damaged") || n < 2 && !strings.Contains(err.Error(), "no picture that can be read") {
				t.Errorf("%s cut to %d bytes: %v", name, n, err)
			}
		}
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "picture.png")
	if err := os.WriteFile(text, []byte("<html>not found</html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		text:                           "picture.png: no picture that can be read: the file begins with 3c 68 74 6d 6c 3e 6e 6f, and not as one of PNG, JPEG, GIF, BMP, TIFF, WebP",
		dir:                            "a folder",
		filepath.Join(dir, "none.png"): "there is no such file",
	} {
		if _, err := vision.Open(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), filepath.Base(path)) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if _, err := vision.Open(filepath.Join(dir, "none.png")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not ErrNotExist", err)
	}
}

// TestUnsupported: what is no damage is not called so.
func TestUnsupported(t *testing.T) {
	animated := []byte("RIFF\x26\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x0a\x00\x00\x06\x00\x00ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	tiff := bombs(t)["TIFF"]
	for at := 10; at < len(tiff)-4; at += 12 {
		switch tag := binary.LittleEndian.Uint16(tiff[at:]); tag {
		case 256, 257, 278: // width, height, rows in a strip
			tiff[at+8], tiff[at+9] = 8, 0
		case 259: // compression
			tiff[at+8] = 7
		}
	}
	for want, file := range map[string][]byte{
		"a WebP of a kind that is not read: it is animated":                    animated,
		"a TIFF of 8 x 8 pixels of a kind that is not read: tiff: unsupported": tiff,
	} {
		if _, err := vision.Decode(bytes.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestImages: every type of image.Image comes through, there and back.
func TestImages(t *testing.T) {
	bounds := image.Rect(3, -2, 8, 5) // images need not begin at 0
	set := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}) image.Image {
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				m.Set(x, y, color.NRGBA{uint8(x * 30), uint8(y*30 + 60), 77, uint8(255 - 20*x*(y&1))})
			}
		}
		return m
	}
	seeThrough := image.NewNYCbCrA(bounds, image.YCbCrSubsampleRatio444)
	for i := range seeThrough.A {
		seeThrough.A[i], seeThrough.Y[i] = 200, uint8(3*i)
	}
	for _, m := range []image.Image{
		set(image.NewNRGBA(bounds)), set(image.NewNRGBA64(bounds)), set(image.NewRGBA(bounds)), set(image.NewRGBA64(bounds)),
		set(image.NewGray(bounds)), set(image.NewGray16(bounds)), set(image.NewAlpha(bounds)), set(image.NewCMYK(bounds)),
		set(image.NewPaletted(bounds, color.Palette{color.NRGBA{90, 60, 77, 255}, color.NRGBA{200, 3, 4, 90}, color.Black})),
		image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420), seeThrough,
	} {
		for _, depth := range []int{8, 16} {
			x := vision.FromImage(m, vision.ReadOptions{Mode: vision.RGBAlpha, Depth: depth})
			for row := range bounds.Dy() {
				for column := range bounds.Dx() {
					c := color.NRGBA64Model.Convert(m.At(bounds.Min.X+column, bounds.Min.Y+row)).(color.NRGBA64)
					for k, want := range []uint16{c.R, c.G, c.B, c.A} {
						got := x.Select(0, k).Select(0, row).Select(0, column).Item()
						tolerance := 1.0 // package image multiplies by alpha and divides again
						if depth == 8 {
							want >>= 8
						} else {
							tolerance = 700 // of 8-bit types 16 bits are 257 times these
						}
						if math.Abs(got-float64(want)) > tolerance {
							t.Fatalf("%T in %d bits at (%d, %d), channel %d: %g, want %d", m, depth, column, row, k, got, want)
						}
					}
				}
			}
		}
		x := vision.FromImage(m)
		if y := vision.FromImage(vision.ToImage(x)); !slices.Equal(y.Shape(), x.Shape()) || !slices.Equal(tensor.Data[uint8](y), tensor.Data[uint8](x)) {
			t.Errorf("%T of %v does not come back: %v", m, x.Shape(), y.Shape())
		}
	}
}
