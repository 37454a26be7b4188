package main

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	scaling "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
	"github.com/lumen-ml/lumen/vision/filters"
)

// The sheet's measures in pixels.
const (
	sheetColumns = 4
	tileSide     = 320 // longer side of a tile: the picture is made so small first, so that a kernel of 3 x 3 shows
	tileGap      = 6
	labelHeight  = 18
)

// sheet writes the picture under all named kernels.
func (c *filterCommand) sheet(t terminal, x *tensor.Tensor, o filters.Options) error {
	parameters, err := c.parameters()
	if err != nil {
		return err
	}
	colours, _ := opacity(x)
	colours = fitted(colours, tileSide)
	presets := filters.Presets()
	var tiles []image.Image
	for _, p := range presets {
		kernel, err := p.Kernel(parameters)
		if err != nil {
			return usageError{err}
		}
		l := laid{name: p.Name, kernel: kernel, options: o}
		if a := o.Anchor; a != nil && (a.X >= kernel.Size(1) || a.Y >= kernel.Size(0)) {
			return usagef("--anchor %s: %s has %d columns and %d rows, counted from 0", c.Anchor, p.Name, kernel.Size(1), kernel.Size(0))
		}
		if err := l.fits(colours); err != nil {
			return fmt.Errorf("%s: %w", c.In, err)
		}
		y := filters.Filter2D(colours.To(tensor.Float32), kernel, o)
		how := ""
		if y.MinAll().Item() < 0 || c.Signed != "" && p.Signed {
			how = howSigned(c.Signed, p.Signed)
		}
		if how != "" && !p.Signed {
			how = "clip"
		}
		tiles = append(tiles, vision.ToImage(shown(y, how)))
	}
	sheet := labelled(tiles, presets)
	if err := vision.SaveImage(c.Out, vision.FromImage(sheet)); err != nil {
		return err
	}
	how := howSigned(c.Signed, true)
	fmt.Fprintf(t.errors, "%s: of the kernels whose weights have the sum 0 %s; each has a scale of its own\n", c.Out, signedWays[how])
	if c.JSON {
		return json.NewEncoder(t.out).Encode(struct {
			In      string `json:"in"`
			Out     string `json:"out"`
			Kernels int    `json:"kernels"`
			Width   int    `json:"width"`
			Height  int    `json:"height"`
			Signed  string `json:"signed"`
		}{c.In, c.Out, len(tiles), sheet.Bounds().Dx(), sheet.Bounds().Dy(), how})
	}
	_, err = fmt.Fprintf(t.out, "%s: %d kernels, %d x %d pixels\n", c.Out, len(tiles), sheet.Bounds().Dx(), sheet.Bounds().Dy())
	return err
}

// fitted shrinks a picture so that no side is longer than that.
func fitted(x *tensor.Tensor, side int) *tensor.Tensor {
	longest := max(x.Size(1), x.Size(2))
	if longest <= side {
		return x
	}
	from := vision.ToImage(x)
	to := image.NewRGBA(image.Rect(0, 0, max(1, x.Size(2)*side/longest), max(1, x.Size(1)*side/longest)))
	scaling.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return vision.FromImage(to, vision.ReadOptions{Mode: map[int]vision.Mode{1: vision.Gray, 3: vision.RGB}[x.Size(0)]})
}

// labelled lays out tiles with their names below.
func labelled(tiles []image.Image, presets []filters.Preset) *image.RGBA {
	w, h := 0, 0
	for _, tile := range tiles {
		w, h = max(w, tile.Bounds().Dx()), max(h, tile.Bounds().Dy())
	}
	w, h = w+tileGap, h+labelHeight+tileGap
	rows := (len(tiles) + sheetColumns - 1) / sheetColumns
	sheet := image.NewRGBA(image.Rect(0, 0, sheetColumns*w+tileGap, rows*h+tileGap))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	for i, tile := range tiles {
		at := image.Pt(tileGap+i%sheetColumns*w, tileGap+i/sheetColumns*h)
		draw.Draw(sheet, tile.Bounds().Add(at), tile, image.Point{}, draw.Src)
		text := font.Drawer{Dst: sheet, Src: image.NewUniform(color.Black), Face: basicfont.Face7x13,
			Dot: fixed.P(at.X+2, at.Y+h-tileGap-labelHeight+13)}
		text.DrawString(presets[i].Name)
	}
	return sheet
}
