package plot

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/lumen-ml/lumen/internal/atomicfile"
)

// pixelsPerInch is the resolution of a PNG, twice that of a plain screen.
const pixelsPerInch = 144

// Figure is a picture that can be written in several formats. It does not change; any number of goroutines may write it.
type Figure struct {
	width, height vg.Length
	draw          func(c draw.Canvas)
}

// Save writes the figure to a file whose name ends in .png or .svg, replacing an older one.
func (f *Figure) Save(path string) error {
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
	if format != "png" && format != "svg" {
		return fmt.Errorf("plot: %s: a picture's name must end in .png or .svg", path)
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error { return f.Write(w, format) })
}

// Write writes the figure in the format "png" or "svg".
func (f *Figure) Write(w io.Writer, format string) error {
	switch format {
	case "png":
		canvas := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(pixelsPerInch))
		f.draw(draw.New(canvas))
		_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
		return err
	case "svg":
		canvas := vgsvg.NewWith(vgsvg.UseWH(f.width, f.height))
		f.draw(draw.New(canvas))
		var b bytes.Buffer
		if _, err := canvas.WriteTo(&b); err != nil {
			return err
		}
		// Arial and Helvetica have Liberation Sans's widths and are where it is not.
		_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"),
			[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;")))
		return err
	}
	return fmt.Errorf("plot: there is no format %q, only png and svg", format)
}
