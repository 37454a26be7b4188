package kernel

import "sync"

// PoolGradient is a part of one row of max pooling's gradient, whose windows have no
// dilation: element stride*j+k of X, for j below Columns and k below the stride, is the sum
// of those G[r*GRow+j+i] that were taken from it, r below Rows and i below Taps in this
// order; Index has the place that each was taken from, and the element's own is
// First+stride*j+k. Columns is at least poolLeast. Places are below 1<<31.
type PoolGradient struct {
	X, G           []float32
	Index          []int64
	Rows, GRow     int
	Taps           int
	Columns, First int
}

// poolTaps is the most elements of a window, counted in strides across, at which looking
// for each element's gradient costs less than adding each gradient where it belongs.
const poolTaps = 9

// check panics if a kernel for the stride would leave the slices.
func (a *PoolGradient) check(stride int) {
	if a.Rows < 1 || a.Taps < 1 || a.GRow < 0 || a.Columns < poolLeast {
		panic("kernel: the gradient of a pooling of nothing")
	}
	last := (a.Rows-1)*a.GRow + a.Columns - 1 + a.Taps - 1
	_, _, _ = a.X[stride*a.Columns-1], a.G[last], a.Index[last]
}

var freePoolGradients = sync.Pool{New: func() any { return new(PoolGradient) }}

// MaxPool2dBackRows is MaxPool2dBack into a plane of zeros, with the same bits, for places
// that MaxPool2d gave for the same window without dilation: every element of dx is written
// once. Where the path has no kernel for it, or it would not pay, it does nothing and
// returns false.
func MaxPool2dBackRows(dx, g []float32, idx []int64, h, w, kh, kw, sh, sw, ph, pw, oh, ow int) bool {
	if sw > len(Active().MaxPoolBack) || h*w >= 1<<31 {
		return false
	}
	// Columns lo to hi of the padded plane, in strides, are vectors' work: those that lie in
	// the plane with as many results to the left of them as a window has taps.
	f, taps := Active().MaxPoolBack[sw-1], (kw-1)/sw+1
	lo, hi := max(taps-1, (pw+sw-1)/sw), min(ow, (w+pw)/sw)
	if f == nil || kh*taps > poolTaps || hi-lo < poolLeast {
		return false
	}
	a := freePoolGradients.Get().(*PoolGradient)
	for y := range h {
		o0, o1 := covering(y, kh, sh, ph, oh)
		row := dx[y*w:][:w]
		if o0 >= o1 {
			clear(row)
			continue
		}
		a.Rows, a.GRow, a.Taps = o1-o0, ow, taps
		above, places := g[o0*ow:o1*ow], idx[o0*ow:o1*ow]
		most := max(poolLeast, poolElements/(a.Rows*taps))
		for next := lo; next < hi; next += most {
			from := min(next, hi-poolLeast)
			x, at := sw*from-pw, from-taps+1
			a.X, a.G, a.Index = row[x:], above[at:], places[at:]
			a.Columns, a.First = min(most, hi-from), y*w+x
			f(a)
		}
		maxPoolBackColumns(row, above, places, y*w, kw, sw, pw, ow, 0, sw*lo-pw)
		maxPoolBackColumns(row, above, places, y*w, kw, sw, pw, ow, sw*hi-pw, w)
	}
	*a = PoolGradient{}
	freePoolGradients.Put(a)
	return true
}

// maxPoolBackColumns is the columns lo to hi of one row of MaxPool2dBackRows, whose first
// place is first, out of the rows of results whose windows cover it.
func maxPoolBackColumns(dst, g []float32, idx []int64, first, k, stride, padding, ow, lo, hi int) {
	for x := lo; x < hi; x++ {
		o0, o1 := covering(x, k, stride, padding, ow)
		sum, place := float32(0), int64(first+x)
		for row := 0; row < len(g); row += ow {
			for o := row + o0; o < row+o1; o++ {
				if idx[o] == place {
					sum += g[o]
				}
			}
		}
		dst[x] = sum
	}
}

// covering returns the results lo to hi, of n, whose windows of size k cover the element
// at a place; the windows have no dilation.
func covering(at, k, stride, padding, n int) (lo, hi int) {
	lo = max(0, (at+padding-k+stride)/stride) // rounded down only where it is not above 0
	return lo, min(n, (at+padding)/stride+1)
}
