package kernel

import "sync"

// PoolWindows is a row of results of pooling whose windows all lie in the plane:
// result j is the largest of x[r*XRow+i*Step+stride*j] for r below Rows and i below Wide,
// its place First+r*XRow+i*Step+stride*j. Columns is at least poolLeast. Places count from
// 0 to below 1<<31; Index may be nil. For average pooling the result is the sum, divided by
// Divisor, and Index is nil.
type PoolWindows struct {
	X, Y           []float32
	Index          []int64
	Rows, Wide     int
	XRow, Step     int
	Columns, First int
	Divisor        float32

	row    []float32 // of runEvery
	places []int64
}

// poolLeast is how many columns a kernel of PoolWindows needs, which then does the last
// ones again.
const poolLeast = 8

// poolEvery is the widest stride at which windows at every column cost less than those that
// count one by one.
const poolEvery = 4

// poolElements is about how many elements a call of a kernel reads at most.
const poolElements = 64 << 10

// check panics if a kernel for the stride would leave the slices.
func (a *PoolWindows) check(stride int) {
	if a.Rows < 1 || a.Wide < 1 || a.XRow < 0 || a.Step < 0 || a.Columns < poolLeast {
		panic("kernel: pooling of nothing")
	}
	_ = a.X[(a.Rows-1)*a.XRow+(a.Wide-1)*a.Step+stride*(a.Columns-1)]
	_ = a.Y[a.Columns-1]
	if a.Index != nil {
		_ = a.Index[a.Columns-1]
	}
}

// insidePlane returns the columns of results whose windows do not reach over the sides.
func insidePlane(w, k, stride, padding, dilation, columns int) (lo, hi int) {
	last := w - 1 - (k-1)*dilation + padding // the last window's start, from the padding on
	if last < 0 {
		return 0, 0
	}
	return (padding + stride - 1) / stride, min(columns, last/stride+1)
}

var freePoolWindows = sync.Pool{New: func() any { return new(PoolWindows) }}

// run does columns of a row of results, whose first window begins at x[first] and has
// a.Rows rows, with the kernel for the stride, so many at a time that a call is not long.
func (a *PoolWindows) run(f func(*PoolWindows), dst []float32, idx []int64, x []float32, first, stride, columns int) {
	most := max(poolLeast, poolElements/(a.Rows*a.Wide))
	for next := 0; next < columns; next += most {
		from := min(next, columns-poolLeast)
		a.First = first + stride*from
		a.X, a.Y, a.Index, a.Columns = x[a.First:], dst[from:], tail(idx, from), min(most, columns-from)
		f(a)
	}
}

// runEvery is run at a stride that has no kernel: that of stride 1, f, of whose results
// every few count.
func (a *PoolWindows) runEvery(stride int, f func(*PoolWindows), dst []float32, idx []int64, x []float32, first, columns int) {
	all := (columns-1)*stride + 1
	if cap(a.row) < all {
		a.row, a.places = make([]float32, all), make([]int64, all)
	}
	row, places := a.row[:all], a.places[:all]
	if idx == nil {
		places = nil
	}
	a.run(f, row, places, x, first, 1, all)
	for j := range columns {
		dst[j] = row[j*stride]
	}
	for j := 0; idx != nil && j < columns; j++ {
		idx[j] = places[j*stride]
	}
}

// free drops what a refers to, but for memory of its own.
func (a *PoolWindows) free() {
	*a = PoolWindows{row: a.row, places: a.places}
	freePoolWindows.Put(a)
}
