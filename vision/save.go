package vision

import (
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/tensor"
)

// SaveOptions say how a picture is written.
type SaveOptions struct {
	Quality int // of JPEG, 1 to 100; 0 means 90
}

// SaveImage writes a picture, as [ToImage] takes it, or a batch of more than one as the
// sheet that [MakeGrid] makes of it, in the format that the path ends in: .png, .jpg or
// .jpeg, .gif (256 colours, dithered), .bmp, .tif or .tiff. 16 bits are kept by PNG and TIFF.
// JPEG has no alpha and refuses a picture with it. A file that is there is replaced when
// the new one is complete.
func SaveImage(path string, x *tensor.Tensor, o ...SaveOptions) error {
	options := SaveOptions{Quality: 90}
	if len(o) > 1 || len(o) == 1 && (o[0].Quality < 0 || o[0].Quality > 100) {
		misuse("SaveImage", x, "one SaveOptions with a Quality of 1 to 100 is wanted, not %+v", o)
	}
	if len(o) == 1 && o[0].Quality != 0 {
		options = o[0]
	}
	if x != nil && x.Dim() == 4 && x.Size(0) != 1 {
		x = MakeGrid(x)
	}
	channels, _, _ := picture("SaveImage", x)
	encode, err := encoderOf(path, options)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if kind := extension(path); channels%2 == 0 && (kind == ".jpg" || kind == ".jpeg") {
		return fmt.Errorf("%s: JPEG has no alpha, and the picture has %d channels; save it as .png, or without the last one", path, channels)
	}
	img := ToImage(x)
	return atomicfile.WriteFile(path, func(w io.Writer) error { return encode(w, img) })
}

func extension(path string) string { return strings.ToLower(filepath.Ext(path)) }

func encoderOf(path string, o SaveOptions) (func(w io.Writer, img image.Image) error, error) {
	switch extension(path) {
	case ".png":
		return png.Encode, nil
	case ".jpg", ".jpeg":
		return func(w io.Writer, img image.Image) error {
			return jpeg.Encode(w, img, &jpeg.Options{Quality: o.Quality})
		}, nil
	case ".gif":
		return func(w io.Writer, img image.Image) error { return gif.Encode(w, img, nil) }, nil
	case ".bmp":
		return bmp.Encode, nil
	case ".tif", ".tiff":
		return func(w io.Writer, img image.Image) error {
			return tiff.Encode(w, img, &tiff.Options{Compression: tiff.Deflate, Predictor: true})
		}, nil
	case ".webp":
		return nil, fmt.Errorf("WebP is read and not written; save as .png")
	}
	return nil, fmt.Errorf("the name must end in .png, .jpg, .gif, .bmp or .tiff, which says the format")
}
