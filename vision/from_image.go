package vision

import (
	"image"
	"image/color"

	"github.com/lumen-ml/lumen/tensor"
)

// FromImage returns an image as a tensor, uint8 [channels, height, width], or int32 with
// Depth 16; MaxPixels and IgnoreOrientation mean nothing here. With Unchanged, an image of
// package image's types has 1 channel if it is grey, 4 if it can be transparent (of types
// whose colours are multiplied by alpha: if it is), else 3; one of another type has 3 if it
// has a method Opaque that says so, else 4.
func FromImage(img image.Image, o ...ReadOptions) *tensor.Tensor {
	options := readOptions("FromImage", o)
	if img == nil || img.Bounds().Empty() {
		misuse("FromImage", nil, "an image with pixels is wanted")
	}
	return fromImage(img, options.Mode, options.Depth)
}

func fromImage(img image.Image, mode Mode, depth int) *tensor.Tensor {
	if mode == Unchanged {
		mode = modeOf(img)
	}
	if depth == 16 {
		return planes[int32](img, mode, depth)
	}
	return planes[uint8](img, mode, depth)
}

func modeOf(img image.Image) Mode {
	switch img := img.(type) {
	case *image.Gray, *image.Gray16:
		return Gray
	case *image.YCbCr, *image.CMYK:
		return RGB
	case *image.NRGBA, *image.NRGBA64, *image.NYCbCrA:
		return RGBAlpha
	case interface{ Opaque() bool }:
		if img.Opaque() {
			return RGB
		}
	}
	return RGBAlpha
}

// planes reads an image row by row into a plane for each channel.
func planes[T uint8 | int32](img image.Image, mode Mode, depth int) *tensor.Tensor {
	bounds := img.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	read, has := rowsOf(img)
	row := make([]uint16, 4*w)
	channels := map[Mode]int{Gray: 1, GrayAlpha: 2, RGB: 3, RGBAlpha: 4}[mode]
	return tensor.Refill(nil, func(data []T) {
		for y := range h {
			read(bounds.Min.Y+y, row)
			switch {
			case has == 16 && depth == 8:
				for i := range row {
					row[i] >>= 8
				}
			case has == 8 && depth == 16:
				for i := range row {
					row[i] *= 257
				}
			}
			plane := func(c int) []T { return data[(c*h+y)*w:][:w] }
			if mode == Gray || mode == GrayAlpha {
				for x, out := 0, plane(0); x < w; x++ {
					// BT.601's luma in 16 bits, as Pillow and image/color have it; equal parts stay as they are.
					r, g, b := uint32(row[4*x]), uint32(row[4*x+1]), uint32(row[4*x+2])
					out[x] = T((19595*uint64(r) + 38470*uint64(g) + 7471*uint64(b) + 1<<15) >> 16)
				}
			} else {
				for c := range 3 {
					for x, out := 0, plane(c); x < w; x++ {
						out[x] = T(row[4*x+c])
					}
				}
			}
			if mode == GrayAlpha || mode == RGBAlpha {
				for x, out := 0, plane(channels-1); x < w; x++ {
					out[x] = T(row[4*x+3])
				}
			}
		}
	}, channels, h, w)
}

// rowsOf returns what reads row y of an image as red, green, blue, alpha, not multiplied
// by alpha, and how many bits these have.
func rowsOf(img image.Image) (read func(y int, row []uint16), bits int) {
	x0, x1 := img.Bounds().Min.X, img.Bounds().Max.X
	opaque := false
	if o, ok := img.(interface{ Opaque() bool }); ok {
		opaque = o.Opaque()
	}
	switch img := img.(type) {
	case *image.Gray:
		return func(y int, row []uint16) {
			for i, v := range img.Pix[img.PixOffset(x0, y):][:x1-x0] {
				v := uint16(v)
				row[4*i], row[4*i+1], row[4*i+2], row[4*i+3] = v, v, v, 0xff
			}
		}, 8
	case *image.YCbCr:
		return func(y int, row []uint16) {
			for x := x0; x < x1; x++ {
				at, i := img.COffset(x, y), 4*(x-x0)
				r, g, b := color.YCbCrToRGB(img.Y[img.YOffset(x, y)], img.Cb[at], img.Cr[at])
				row[i], row[i+1], row[i+2], row[i+3] = uint16(r), uint16(g), uint16(b), 0xff
			}
		}, 8
	case *image.NYCbCrA:
		return func(y int, row []uint16) {
			for x := x0; x < x1; x++ {
				at, i := img.COffset(x, y), 4*(x-x0)
				r, g, b := color.YCbCrToRGB(img.Y[img.YOffset(x, y)], img.Cb[at], img.Cr[at])
				row[i], row[i+1], row[i+2], row[i+3] = uint16(r), uint16(g), uint16(b), uint16(img.A[img.AOffset(x, y)])
			}
		}, 8
	case *image.CMYK:
		return func(y int, row []uint16) {
			for x := x0; x < x1; x++ {
				c, i := img.CMYKAt(x, y), 4*(x-x0)
				r, g, b := color.CMYKToRGB(c.C, c.M, c.Y, c.K)
				row[i], row[i+1], row[i+2], row[i+3] = uint16(r), uint16(g), uint16(b), 0xff
			}
		}, 8
	case *image.NRGBA:
		return func(y int, row []uint16) { widen(row, img.Pix[img.PixOffset(x0, y):]) }, 8
	case *image.RGBA:
		if opaque {
			return func(y int, row []uint16) { widen(row, img.Pix[img.PixOffset(x0, y):]) }, 8
		}
	case *image.Paletted:
		var colours [256]color.NRGBA // those beyond the palette stay transparent
		for i, c := range img.Palette[:min(len(img.Palette), len(colours))] {
			colours[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
		return func(y int, row []uint16) {
			for i, v := range img.Pix[img.PixOffset(x0, y):][:x1-x0] {
				c := &colours[v]
				row[4*i], row[4*i+1], row[4*i+2], row[4*i+3] = uint16(c.R), uint16(c.G), uint16(c.B), uint16(c.A)
			}
		}, 8
	case *image.Gray16:
		return func(y int, row []uint16) {
			for x := x0; x < x1; x++ {
				v, i := img.Gray16At(x, y).Y, 4*(x-x0)
				row[i], row[i+1], row[i+2], row[i+3] = v, v, v, 0xffff
			}
		}, 16
	case *image.NRGBA64:
		return func(y int, row []uint16) { join(row, img.Pix[img.PixOffset(x0, y):]) }, 16
	case *image.RGBA64:
		if opaque {
			return func(y int, row []uint16) { join(row, img.Pix[img.PixOffset(x0, y):]) }, 16
		}
	}
	return func(y int, row []uint16) {
		for x := x0; x < x1; x++ {
			c, i := color.NRGBA64Model.Convert(img.At(x, y)).(color.NRGBA64), 4*(x-x0)
			row[i], row[i+1], row[i+2], row[i+3] = c.R, c.G, c.B, c.A
		}
	}, 16
}

func widen(row []uint16, pix []uint8) {
	for i, v := range pix[:len(row)] {
		row[i] = uint16(v)
	}
}

func join(row []uint16, pix []uint8) {
	for i := range row {
		row[i] = uint16(pix[2*i])<<8 | uint16(pix[2*i+1])
	}
}
