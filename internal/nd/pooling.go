package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Pools is the part of a device's table for poolings and for changing the size of
// images. The last two dimensions are rows and columns, all before them count
// planes. Sizes are taken from the arrays; the caller has checked them. Arrays are
// floats of one type, indices int64; all are contiguous.
//
// Every linear entry stands beside its transpose, so that derivatives of any order
// are entries of the table.
type Pools struct {
	// MaxPool2d writes the largest element of each window and, unless idx is nil, its
	// flat place in the plane: -1 for a window without elements.
	MaxPool2d func(dst, idx, x *Array, w Window)
	// AdaptiveMaxPool2d is MaxPool2d over windows that cover the plane evenly.
	AdaptiveMaxPool2d func(dst, idx, x *Array)
	// GatherPlanes takes from each plane of x the elements at idx, 0 where idx is -1.
	GatherPlanes func(dst, x, idx *Array)
	// ScatterPlanes adds the elements of g into cleared planes of dst at idx: the
	// transpose of GatherPlanes. w is the window for which MaxPool2d gave idx, and zero
	// if the places are not known to be such.
	ScatterPlanes func(dst, g, idx *Array, w Window)
	// AvgPool2d averages each window; AvgPool2dBack is its transpose.
	AvgPool2d, AvgPool2dBack func(dst, x *Array, w Window)
	// AdaptiveAvgPool2d averages windows that cover the plane evenly;
	// AdaptiveAvgPool2dBack is its transpose.
	AdaptiveAvgPool2d, AdaptiveAvgPool2dBack func(dst, x *Array)
	// Upsample interpolates images to dst's size; UpsampleBack is its transpose.
	Upsample, UpsampleBack func(dst, x *Array, o Interpolation)
}

// Window is the window that a pooling moves over a plane.
type Window struct {
	KernelH, KernelW     int
	StrideH, StrideW     int
	PaddingH, PaddingW   int
	DilationH, DilationW int  // of max pooling; 1 otherwise
	ExcludePad           bool // average pooling: padding does not count in the divisor
	DivisorOverride      int  // average pooling: the divisor, unless 0
}

// halving is the window that most networks pool with.
var halving = Window{KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2, DilationH: 1, DilationW: 1}

var cpuPools = Pools{
	MaxPool2d: cpuMaxPool2d, AdaptiveMaxPool2d: cpuAdaptiveMaxPool2d,
	GatherPlanes: cpuGatherPlanes, ScatterPlanes: cpuScatterPlanes,
	AvgPool2d: cpuAvgPool2d, AvgPool2dBack: cpuAvgPool2dBack,
	AdaptiveAvgPool2d: cpuAdaptiveAvgPool2d, AdaptiveAvgPool2dBack: cpuAdaptiveAvgPool2dBack,
	Upsample: cpuUpsample, UpsampleBack: cpuUpsampleBack,
}

// plane is the size of the last two dimensions.
func plane(a *Array) (h, w int) {
	r := int(a.Rank)
	return a.Size(r - 2), a.Size(r - 1)
}

// eachPlane calls f with ranges of planes, on the pool if there is enough to do;
// work is what one plane costs, in elements read or written.
func eachPlane(a *Array, work int, f func(lo, hi int)) {
	n := 1
	for _, d := range a.Dims[:a.Rank-2] {
		n *= int(d)
	}
	pool.For(n, max(1, grain/2/max(work, 1)), f)
}

// part is elements i*n to (i+1)*n of s, nil of nil.
func part[T any](s []T, i, n int) []T {
	if s == nil {
		return nil
	}
	return s[i*n:][:n]
}

func cpuGatherPlanes(dst, x, idx *Array) {
	if dst.Type == Float32 {
		gatherPlanes[float32](dst, x, idx)
	} else {
		gatherPlanes[float64](dst, x, idx)
	}
}

func gatherPlanes[T kernel.Float](dst, x, idx *Array) {
	h, w := plane(x)
	oh, ow := plane(dst)
	d, xs, at := Slice[T](dst), Slice[T](x), Slice[int64](idx)
	eachPlane(dst, oh*ow, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			kernel.MaxPool2dGather(part(d, i, oh*ow), part(xs, i, h*w), part(at, i, oh*ow))
		}
	})
}

func cpuScatterPlanes(dst, g, idx *Array, v Window) {
	if dst.Type == Float32 {
		scatterPlanes[float32](dst, g, idx, v)
	} else {
		scatterPlanes[float64](dst, g, idx, v)
	}
}

func scatterPlanes[T kernel.Float](dst, g, idx *Array, v Window) {
	h, w := plane(dst)
	oh, ow := plane(g)
	d, gs, at := Slice[T](dst), Slice[T](g), Slice[int64](idx)
	halves := v == Window{} || v == halving
	rows := v.DilationH == 1 && v.DilationW == 1
	eachPlane(dst, h*w, func(lo, hi int) {
		single, ok := any(d).([]float32)
		above, _ := any(gs).([]float32)
		if ok && halves && kernel.MaxPool2x2BackPlanes(single[lo*h*w:], above[lo*oh*ow:], at[lo*oh*ow:], hi-lo, h, w, oh, ow) {
			return
		}
		for i := lo; i < hi; i++ {
			if ok && rows && kernel.MaxPool2dBackRows(part(single, i, h*w), part(above, i, oh*ow), part(at, i, oh*ow), h, w,
				v.KernelH, v.KernelW, v.StrideH, v.StrideW, v.PaddingH, v.PaddingW, oh, ow) {
				continue
			}
			clear(part(d, i, h*w))
			kernel.MaxPool2dBack(part(d, i, h*w), part(gs, i, oh*ow), part(at, i, oh*ow))
		}
	})
}
