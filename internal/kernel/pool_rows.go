package kernel

import "sync"

// PoolWindows is rows of results of pooling whose windows all lie in the plane:
// result j of row i is the largest of x[i*XLine+r*XRow+l*Step+Stride*j] for r below Rows and l below Wide,
// its place First+i*XLine+r*XRow+l*Step+Stride*j. A row of Y and of Index is YLine long. Columns is at least
// what the kernel needs, which does the last ones again. Places count from 0 to below 1<<31; Index may be nil.
// For average pooling the result is the sum, divided by Divisor, and Index is nil.
type PoolWindows struct {
	X, Y           []float32
	Index          []int64
	Rows, Wide     int
	XRow, Step     int
	Columns, First int
	Divisor        float32
	Stride         int
	Lines          int // rows of results, 1 with the kernels for one stride
	XLine, YLine   int

	kernel func(*PoolWindows)
	least  int // of columns
}

// PoolKernels are kernels of PoolWindows: for one row with strides of 1 and 2, and for rows with any stride.
type PoolKernels [3]func(*PoolWindows)

// The least columns of the kernels.
const poolLeast, poolLeastFar = 8, 4

// windowsOf is what one of the kernels needs for so many columns at a stride, nil if there is none.
func (k *PoolKernels) windowsOf(stride, columns int) *PoolWindows {
	f, least := k[2], poolLeastFar
	if stride <= 2 && columns >= poolLeast {
		f, least = k[stride-1], poolLeast
	}
	if f == nil || columns < least {
		return nil
	}
	a := freePoolWindows.Get().(*PoolWindows)
	a.kernel, a.least, a.Stride = f, least, stride
	return a
}

// poolElements is about how many elements a call of a kernel reads at most.
const poolElements = 64 << 10

// check panics if the kernel would leave the slices.
func (a *PoolWindows) check() {
	if a.Rows < 1 || a.Wide < 1 || a.XRow < 0 || a.Step < 0 || a.Columns < a.least || a.Lines < 1 || a.XLine < 0 || a.YLine < 0 {
		panic("kernel: pooling of nothing")
	}
	_ = a.X[(a.Lines-1)*a.XLine+(a.Rows-1)*a.XRow+(a.Wide-1)*a.Step+a.Stride*(a.Columns-1)]
	last := (a.Lines-1)*a.YLine + a.Columns - 1
	_ = a.Y[last]
	if a.Index != nil {
		_ = a.Index[last]
	}
}

// insidePlane returns the columns of results whose windows do not reach over the sides; of the height, the rows.
func insidePlane(w, k, stride, padding, dilation, columns int) (lo, hi int) {
	last := w - 1 - (k-1)*dilation + padding // the last window's start, from the padding on
	if last < 0 {
		return 0, 0
	}
	return (padding + stride - 1) / stride, min(columns, last/stride+1)
}

var freePoolWindows = sync.Pool{New: func() any { return new(PoolWindows) }}

// lines is how many rows of results, of rows that are left, one call does in so many columns.
func (a *PoolWindows) lines(rows, tall, columns int) int {
	if a.least != poolLeastFar {
		return 1
	}
	return max(1, min(rows, poolElements/(tall*a.Wide*columns)))
}

// run does columns of rows of results, whose first window begins at x[first] and has
// a.Rows rows, so many at a time that a call is not long.
func (a *PoolWindows) run(dst []float32, idx []int64, x []float32, first, columns int) {
	most := max(a.least, poolElements/(a.Rows*a.Wide*a.Lines))
	for next := 0; next < columns; next += most {
		from := min(next, columns-a.least)
		a.First = first + a.Stride*from
		a.X, a.Y, a.Index, a.Columns = x[a.First:], dst[from:], tail(idx, from), min(most, columns-from)
		a.kernel(a)
	}
}

// free drops what a refers to.
func (a *PoolWindows) free() {
	*a = PoolWindows{}
	freePoolWindows.Put(a)
}
