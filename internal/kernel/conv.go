package kernel

import "math/bits"

// The structs of this file say what a convolution's assembly is to do. They live in
// memory that is used again, so that a call allocates nothing. All places, steps and
// sizes count elements. The functions check that a kernel stays inside the slices,
// those of a path are entries of its [Table].

// ConvSlack is how many elements behind the last one a kernel may read or write: X and
// Y of what follows must be that much longer, unless said otherwise.
const ConvSlack = 32

// ConvTiles is a run of tiles of a product of packed weights and pixels:
//
//	y[t*YTile+v*YVector+i*YRow+lane] = Bias[i] + sum over c, k of
//	    W[(c*Taps+k)*rows+i] * x[t*XTile+v*XVector+c*XChannel+Offsets[k]+lane]
//
// for rows i, vectors v of 16 lanes and tiles t. Bit 16v+lane of Mask says whether a
// place of y is written, whatever it is, x is read. ReLU, not 0, applies that. Wide tiles
// have no mask, and vectors that follow each other.
type ConvTiles struct {
	W, Bias                  []float32
	Offsets                  []int
	X, Y                     []float32
	Channels, Taps           int
	XChannel, XVector, XTile int
	YRow, YVector, YTile     int
	Tiles, Mask, ReLU        int
	Add                      int // not 0: add to what y holds instead of the bias
	Reach                    int // the largest of Offsets
}

// ConvMaxRows is how many rows a tile may have on any path.
const ConvMaxRows = 14

// check panics where tiles of so many rows and vectors leave the slices.
func (a *ConvTiles) check(rows, vectors int, masked bool) {
	if a.Tiles < 1 || a.Channels < 1 || a.Taps < 1 {
		panic("kernel: a convolution of nothing")
	}
	_ = a.W[a.Channels*a.Taps*rows-1]
	_ = a.Bias[rows-1]
	_ = a.Offsets[a.Taps-1]
	_ = a.X[(a.Tiles-1)*a.XTile+(vectors-1)*a.XVector+(a.Channels-1)*a.XChannel+a.Reach+15]
	last := 0
	for v := range vectors {
		m := 0xffff
		if masked {
			m = a.Mask >> (16 * v) & 0xffff
		}
		if m != 0 {
			last = max(last, v*a.YVector+bits.Len(uint(m))-1)
		}
	}
	_ = a.Y[(a.Tiles-1)*a.YTile+(rows-1)*a.YRow+last]
}

// ConvRows copies rows of planes, every XStep-th column, behind each other:
//
//	y[p, Top+r, j] = x[XStart+p*XPlane+r*XRow+j*XStep] if bit j%16 of Masks[j/16], else 0
//
// for planes p, rows r and columns j below Width. Top elements before the rows of a
// plane and Bottom behind them are cleared. Masked places are not read; XStart may
// lie before x. Y needs ConvSlack elements behind it, which lose their values.
type ConvRows struct {
	X, Y                      []float32
	Masks                     []int
	Planes, Rows, Segments    int
	XStart, XPlane, XRow      int
	XStep, Width, Top, Bottom int
}

func (a *ConvRows) check() {
	if a.Planes < 1 || a.Segments < 1 || a.Segments*16 > a.Width+15 {
		panic("kernel: rows of nothing")
	}
	_ = a.Y[a.Planes*(a.Top+a.Rows*a.Width+a.Bottom)+ConvSlack-1]
	first, last := -1, -1
	for s, m := range a.Masks[:a.Segments] {
		if m == 0 {
			continue
		}
		last = 16*s + bits.Len(uint(m)) - 1
		if first < 0 {
			first = 16*s + bits.TrailingZeros(uint(m))
		}
	}
	if first >= 0 && a.Rows > 0 {
		_ = a.X[a.XStart+first*a.XStep]
		_ = a.X[a.XStart+(a.Planes-1)*a.XPlane+(a.Rows-1)*a.XRow+last*a.XStep]
	}
}

// ConvTurn transposes: y[j*Step+i] = x[Row[i]+j] for 16 rows i and Columns j. A step
// below 16 keeps the first rows only. Y needs 16 elements behind its last column.
type ConvTurn struct {
	X, Y          []float32
	Row           [16]int
	Columns, Step int
}

func (a *ConvTurn) check() {
	if a.Columns < 1 {
		panic("kernel: columns of nothing")
	}
	for _, r := range a.Row {
		_ = a.X[r : r+a.Columns]
	}
	_ = a.Y[(a.Columns-1)*a.Step+15]
}

// ConvDots sums products of channels o of a gradient g with taps t of an image x, over
// images, rows and columns; the lanes are columns:
//
//	Sums[(o*taps+t)*lanes+lane] = sum of g[..., o*GChannel, ...+lane] * x[...+Offsets[t]+lane]
//
// A row is Segments vectors of the path's ConvDotLanes and the lanes of Mask. Behind a row g and x go on by GRow
// and XRow from where its whole vectors ended, behind an image by GImage and XImage.
type ConvDots struct {
	X, G                       []float32
	Offsets                    []int
	Sums                       []float32
	Images, Rows, Segments     int
	Mask, GChannel             int
	XRow, GRow, XImage, GImage int
	Reach                      int // the largest of Offsets
}

func (a *ConvDots) check(channels, taps, width int) {
	if a.Images < 1 || a.Rows < 1 {
		panic("kernel: sums of nothing")
	}
	_ = a.Offsets[taps-1]
	_ = a.Sums[channels*taps*width-1]
	lanes := bits.Len(uint(a.Mask))
	if lanes == 0 && a.Segments == 0 {
		return
	}
	end := func(row, image int) int {
		return (a.Images-1)*(a.Rows*(a.Segments*width+row)+image) + (a.Rows-1)*(a.Segments*width+row) + a.Segments*width + lanes - 1
	}
	_ = a.X[end(a.XRow, a.XImage)+a.Reach]
	_ = a.G[end(a.GRow, a.GImage)+(channels-1)*a.GChannel]
}
