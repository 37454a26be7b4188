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
	// transpose of GatherPlanes.
	ScatterPlanes func(dst, g, idx *Array)
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

func cpuScatterPlanes(dst, g, idx *Array) {
	if dst.Type == Float32 {
		scatterPlanes[float32](dst, g, idx)
	} else {
		scatterPlanes[float64](dst, g, idx)
	}
}

func scatterPlanes[T kernel.Float](dst, g, idx *Array) {
	h, w := plane(dst)
	oh, ow := plane(g)
	d, gs, at := Slice[T](dst), Slice[T](g), Slice[int64](idx)
	eachPlane(dst, h*w, func(lo, hi int) {
		if d, ok := any(d).([]float32); ok {
			if kernel.MaxPool2x2BackPlanes(d[lo*h*w:], any(gs).([]float32)[lo*oh*ow:], at[lo*oh*ow:], hi-lo, h, w, oh, ow) {
				return
			}
		}
		clear(d[lo*h*w : hi*h*w])
		for i := lo; i < hi; i++ {
			kernel.MaxPool2dBack(part(d, i, h*w), part(gs, i, oh*ow), part(at, i, oh*ow))
		}
	})
}
