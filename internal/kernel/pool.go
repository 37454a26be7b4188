package kernel

import "math/bits"

// PoolRows is rows of 2 x 2 max pooling with stride 2, up to 16 columns wide, in several
// planes: result (r, j) of a plane is the largest of its x[(2r+a)*XRow+2j+b] for a and b of 0
// and 1, its place First+(2r+a)*XRow+2j+b. A row of y and of Index is YRow long; planes are
// XPlane and YPlane apart. Mask has a bit for each column, from the lowest on; if they are less
// than 16, what lies between rows and planes of a result and before the last one's end may
// lose its value. Places count from 0 to below 1<<31; Index may be nil.
//
// Its transpose writes Y's elements into X at the places of Index and zeros beside
// them. Strange is not 0 afterwards if a place was outside of its own window; then X is
// wrong.
type PoolRows struct {
	X, Y             []float32
	Index            []int64
	Rows, XRow, YRow int
	First, Mask      int
	pixels           int // bits of Mask, twice each
	Strange          int
	Planes           int
	XPlane, YPlane   int
}

func (a *PoolRows) check() {
	columns := bits.Len(uint(a.Mask))
	if a.Planes < 1 || a.Rows < 1 || columns < 1 || columns > 16 {
		panic("kernel: pooling of nothing")
	}
	a.pixels = 1<<(2*columns) - 1
	a.Strange = 0
	_ = a.X[(a.Planes-1)*a.XPlane+(2*a.Rows-1)*a.XRow+2*columns-1]
	last := (a.Planes-1)*a.YPlane + (a.Rows-1)*a.YRow + columns - 1
	_ = a.Y[last]
	if a.Index != nil {
		_ = a.Index[last]
	}
}
