package kernel

import "math/bits"

// ConvLanes adds to sums of products of a gradient g, 16 channels of which are the lanes,
// with the pixels of an image x under every tap of a part of a kernel:
//
//	Sums[((c*kh+a)*kw+b)*16+lane] += sum over images n, rows i, columns j of
//	    G[n*(Rows*Columns*16+GImage)+(i*Columns+j)*16+lane] *
//	    X[n*XImage+c*XChannel+i*XRow+j*XStep+a*Width+b]
type ConvLanes struct {
	X, G, Sums               []float32
	Images, Rows, Columns    int
	Width, XStep, XRow       int
	XImage, XChannel, GImage int
}

func (a *ConvLanes) check(b ConvLaneBlock) {
	if a.Images < 1 || a.Rows < 1 || a.Columns < 1 {
		panic("kernel: sums of nothing")
	}
	_ = a.Sums[b.Rows*b.Columns*b.Channels*16-1]
	_ = a.G[(a.Images-1)*(a.Rows*a.Columns*16+a.GImage)+a.Rows*a.Columns*16-1]
	_ = a.X[(a.Images-1)*a.XImage+(b.Channels-1)*a.XChannel+(a.Rows-1)*a.XRow+(a.Columns-1)*a.XStep+(b.Rows-1)*a.Width+b.Columns-1]
}

// ConvMaxColumns is how many columns a tile of ConvPixels may have on any path.
const ConvMaxColumns = 14

// ConvPixels is a run of tiles of the path's ConvPixelRows rows of pixels by 16 channels,
// which are the lanes:
//
//	Y[t*YTile+r*YRow+j*16+lane] = Bias[lane] + sum over c, k of
//	    W[(c*Taps+k)*16+lane] * X[t*XTile+r*XRow+j+c*XChannel+Offsets[k]]
//
// for tiles t, rows r and columns j. ReLU, not 0, applies that.
type ConvPixels struct {
	W, Bias                  []float32
	Offsets                  []int
	X, Y                     []float32
	Channels, Taps, XChannel int
	XRow, YRow, XTile, YTile int
	Tiles, ReLU              int
	Reach                    int // the largest of Offsets
}

func (a *ConvPixels) check(rows, columns int) {
	if a.Tiles < 1 || a.Channels < 1 || a.Taps < 1 {
		panic("kernel: a convolution of nothing")
	}
	_ = a.W[a.Channels*a.Taps*16-1]
	_ = a.Bias[15]
	_ = a.Offsets[a.Taps-1]
	_ = a.X[(a.Tiles-1)*a.XTile+(rows-1)*a.XRow+columns-1+(a.Channels-1)*a.XChannel+a.Reach]
	_ = a.Y[(a.Tiles-1)*a.YTile+(rows-1)*a.YRow+columns*16-1]
}

// ConvShift adds up to 16 columns of rows of x that start at several places:
//
//	Y[p*YPlane+i*YRow+j] = Bias[p] + sum over k of X[p*XPlane+i*XRow+Starts[k]+j]
//
// for planes p, rows i and the columns j of Mask; a place of x counts if bit j of
// Masks[k] is set, and is not read otherwise, so Starts may be negative. Where Mask has less than 16 bits, places
// of Y behind a row may lose their values, up to the last that is written.
type ConvShift struct {
	X, Y, Bias     []float32
	Starts, Masks  []int
	Planes, Rows   int
	XPlane, YPlane int
	XRow, YRow     int
	Mask           int
}

// ConvMaxShifts is how many places ConvShift32 can add; it starts with two.
const ConvMaxShifts = 5

func (a *ConvShift) check(taps int) {
	if a.Planes < 1 || a.Rows < 1 {
		panic("kernel: sums of nothing")
	}
	_ = a.Bias[a.Planes-1]
	_ = a.Starts[taps-1]
	end := (a.Planes-1)*a.XPlane + (a.Rows-1)*a.XRow
	for k, m := range a.Masks[:taps] {
		if m != 0 {
			_ = a.X[a.Starts[k]+bits.TrailingZeros(uint(m))]
			_ = a.X[end+a.Starts[k]+bits.Len(uint(m))-1]
		}
	}
	if a.Mask != 0 {
		_ = a.Y[(a.Planes-1)*a.YPlane+(a.Rows-1)*a.YRow+bits.Len(uint(a.Mask))-1]
	}
}
