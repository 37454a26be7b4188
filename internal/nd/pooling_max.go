package nd

import "github.com/lumen-ml/lumen/internal/kernel"

func cpuMaxPool2d(dst, idx, x *Array, v Window) {
	if dst.Type == Float32 {
		maxPool2d[float32](dst, idx, x, v)
	} else {
		maxPool2d[float64](dst, idx, x, v)
	}
}

func maxPool2d[T kernel.Float](dst, idx, x *Array, v Window) {
	h, w := plane(x)
	oh, ow := plane(dst)
	d, xs, at := Slice[T](dst), Slice[T](x), places(idx)
	halves := v == Window{KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2, DilationH: 1, DilationW: 1} && 2*oh <= h && 2*ow <= w
	eachPlane(dst, oh*ow*v.KernelH*v.KernelW, func(lo, hi int) {
		if d, ok := any(d).([]float32); ok && halves {
			if kernel.MaxPool2x2Planes(d[lo*oh*ow:], from(at, lo*oh*ow), any(xs).([]float32)[lo*h*w:], hi-lo, h, w, oh, ow) {
				return
			}
		}
		for i := lo; i < hi; i++ {
			kernel.MaxPool2d(part(d, i, oh*ow), part(at, i, oh*ow), part(xs, i, h*w), h, w, v.KernelH, v.KernelW,
				v.StrideH, v.StrideW, v.PaddingH, v.PaddingW, v.DilationH, v.DilationW, oh, ow)
		}
	})
}

func cpuAdaptiveMaxPool2d(dst, idx, x *Array) {
	if dst.Type == Float32 {
		adaptiveMaxPool2d[float32](dst, idx, x)
	} else {
		adaptiveMaxPool2d[float64](dst, idx, x)
	}
}

func adaptiveMaxPool2d[T kernel.Float](dst, idx, x *Array) {
	h, w := plane(x)
	oh, ow := plane(dst)
	d, xs, at := Slice[T](dst), Slice[T](x), places(idx)
	eachPlane(dst, h*w+oh*ow, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			kernel.AdaptiveMaxPool2d(part(d, i, oh*ow), part(at, i, oh*ow), part(xs, i, h*w), h, w, oh, ow)
		}
	})
}

// places is the memory of the indices, nil if they are not wanted.
func places(idx *Array) []int64 {
	if idx == nil {
		return nil
	}
	return Slice[int64](idx)
}

// from is s from element n on, nil of nil.
func from[T any](s []T, n int) []T {
	if s == nil {
		return nil
	}
	return s[n:]
}
