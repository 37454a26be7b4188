package vision

import (
	"bytes"
	"encoding/binary"
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

// size is the width and height that a file's header promises.
func (f *format) size(file []byte) (w, h int, err error) {
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
	if m, ok := img.(*image.NRGBA); ok && f.name == "WebP" && m.Opaque() {
		return (*image.RGBA)(m), nil // lossless pictures come so, whether they have alpha or not
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

// webpChunks calls f with the chunks of a WebP file until it returns false.
func webpChunks(file []byte, f func(name string, body []byte) bool) {
	for at := 12; at+8 <= len(file); {
		name, size := string(file[at:at+4]), int(binary.LittleEndian.Uint32(file[at+4:]))
		body := file[at+8:]
		body = body[:min(size, len(body))]
		if !f(name, body) {
			return
		}
		at += 8 + len(body) + size&1
	}
}

// webpSize is the size that the header of the picture inside a WebP file gives (RFC 9649
// for VP8L, RFC 6386 for VP8).
func webpSize(file []byte) (w, h int) {
	webpChunks(file, func(name string, body []byte) bool {
		switch {
		case name == "VP8 " && len(body) >= 10:
			w, h = int(binary.LittleEndian.Uint16(body[6:])&0x3fff), int(binary.LittleEndian.Uint16(body[8:])&0x3fff)
			return false
		case name == "VP8L" && len(body) >= 5:
			bits := binary.LittleEndian.Uint32(body[1:])
			w, h = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
			return false
		}
		return true
	})
	return w, h
}
