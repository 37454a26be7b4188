package vision

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// format is a kind of picture file.
type format struct {
	name string
	// magic is how a file begins; a ? is any byte.
	magic  []string
	config func(r io.Reader) (image.Config, error)
	decode func(r io.Reader) (image.Image, error)
	// exif finds the EXIF block in a file, a TIFF structure; nil if there is none.
	exif func(file []byte) []byte
}

var formats = []format{
	{"PNG", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode, pngEXIF},
	{"JPEG", []string{"\xff\xd8\xff"}, jpeg.DecodeConfig, jpeg.Decode, jpegEXIF},
	{"GIF", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode, nil},
	{"BMP", []string{"BM????\x00\x00\x00\x00"}, bmp.DecodeConfig, bmp.Decode, nil},
	{"TIFF", []string{"II*\x00", "MM\x00*"}, tiff.DecodeConfig, tiff.Decode, func(file []byte) []byte { return file }},
	{"WebP", []string{"RIFF????WEBPVP8"}, webp.DecodeConfig, webp.Decode, webpEXIF},
}

const longestMagic = 16

// formatOf returns the format of a file by how it begins, or nil.
func formatOf(head []byte) *format {
	for i := range formats {
		for _, magic := range formats[i].magic {
			if len(head) >= len(magic) && matches(head, magic) {
				return &formats[i]
			}
		}
	}
	return nil
}

func matches(head []byte, magic string) bool {
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != head[i] {
			return false
		}
	}
	return true
}

// beginsWith says what a file is that is of no known format.
func beginsWith(head []byte) string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	if len(head) == 0 {
		return "the file is empty"
	}
	return fmt.Sprintf("the file begins with % x, and not as one of %s", head[:min(len(head), 8)], strings.Join(names, ", "))
}

// errAnimated is about a WebP that package webp cannot read.
var errAnimated = errors.New("it is animated; save one of its pictures by itself")

// trouble puts a decoder's error into a sentence about a file, whose size may be known.
func (f *format) trouble(size string, err error) error {
	var unsupportedPNG png.UnsupportedError
	var unsupportedJPEG jpeg.UnsupportedError
	var unsupportedTIFF tiff.UnsupportedError
	if errors.Is(err, errAnimated) || errors.Is(err, bmp.ErrUnsupported) ||
		errors.As(err, &unsupportedPNG) || errors.As(err, &unsupportedJPEG) || errors.As(err, &unsupportedTIFF) {
		return fmt.Errorf("a %s%s of a kind that is not read: %w", f.name, size, err)
	}
	return fmt.Errorf("damaged %s%s: %w", f.name, size, plain(err))
}

// size is the width and height that a file's header promises.
func (f *format) size(file []byte) (w, h int, err error) {
	if f.name == "WebP" && webpAnimated(file) {
		return 0, 0, errAnimated
	}
	c, err := f.config(bytes.NewReader(file))
	if err != nil {
		return 0, 0, err
	}
	w, h = c.Width, c.Height
	if f.name == "WebP" { // the canvas; memory is taken for what the picture inside it says
		insideW, insideH := webpSize(file)
		w, h = max(w, insideW), max(h, insideH)
	}
	return w, h, nil
}

// picture unpacks a file, whose size has been looked at.
func (f *format) picture(file []byte) (image.Image, error) {
	img, err := f.decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	if f.name == "WebP" {
		if m, ok := img.(*image.NRGBA); ok && m.Opaque() {
			return (*image.RGBA)(m), nil // lossless pictures come so, whether they have alpha or not
		}
		return webpColours(img), nil
	}
	c, err := f.config(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	canvas := image.Rect(0, 0, c.Width, c.Height)
	if f.name != "GIF" || img.Bounds() == canvas {
		return img, nil
	}
	whole := image.NewNRGBA(canvas) // a first frame may be a part of the picture
	draw.Draw(whole, img.Bounds(), img, img.Bounds().Min, draw.Src)
	return whole, nil
}
