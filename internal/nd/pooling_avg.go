package nd

import "github.com/lumen-ml/lumen/internal/kernel"

func cpuAvgPool2d(dst, x *Array, v Window) {
	if dst.Type == Float32 {
		avgPool2d[float32](dst, x, v)
	} else {
		avgPool2d[float64](dst, x, v)
	}
}

func avgPool2d[T kernel.Float](dst, x *Array, v Window) {
	h, w := plane(x)
	oh, ow := plane(dst)
	d, xs := Slice[T](dst), Slice[T](x)
	eachPlane(dst, oh*ow*v.KernelH*v.KernelW, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			kernel.AvgPool2d(part(d, i, oh*ow), part(xs, i, h*w), h, w, v.KernelH, v.KernelW, v.StrideH, v.StrideW,
				v.PaddingH, v.PaddingW, oh, ow, !v.ExcludePad, v.DivisorOverride)
		}
	})
}

func cpuAvgPool2dBack(dst, g *Array, v Window) {
	if dst.Type == Float32 {
		avgPool2dBack[float32](dst, g, v)
	} else {
		avgPool2dBack[float64](dst, g, v)
	}
}

func avgPool2dBack[T kernel.Float](dst, g *Array, v Window) {
	h, w := plane(dst)
	oh, ow := plane(g)
	d, gs := Slice[T](dst), Slice[T](g)
	eachPlane(dst, h*w+oh*ow*v.KernelH*v.KernelW, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			to, from := part(d, i, h*w), part(gs, i, oh*ow)
			if kernel.AvgPool2dBackTiles(to, from, h, w, v.KernelH, v.KernelW, v.StrideH, v.StrideW, v.PaddingH, v.PaddingW, oh, ow,
				v.DivisorOverride) {
				continue
			}
			clear(to)
			kernel.AvgPool2dBack(to, from, h, w, v.KernelH, v.KernelW, v.StrideH, v.StrideW,
				v.PaddingH, v.PaddingW, oh, ow, !v.ExcludePad, v.DivisorOverride)
		}
	})
}

func cpuAdaptiveAvgPool2d(dst, x *Array) {
	if dst.Type == Float32 {
		adaptiveAvgPool2d[float32](dst, x)
	} else {
		adaptiveAvgPool2d[float64](dst, x)
	}
}

func adaptiveAvgPool2d[T kernel.Float](dst, x *Array) {
	h, w := plane(x)
	oh, ow := plane(dst)
	d, xs := Slice[T](dst), Slice[T](x)
	eachPlane(dst, h*w+oh*ow, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			kernel.AdaptiveAvgPool2d(part(d, i, oh*ow), part(xs, i, h*w), h, w, oh, ow)
		}
	})
}

func cpuAdaptiveAvgPool2dBack(dst, g *Array) {
	if dst.Type == Float32 {
		adaptiveAvgPool2dBack[float32](dst, g)
	} else {
		adaptiveAvgPool2dBack[float64](dst, g)
	}
}

func adaptiveAvgPool2dBack[T kernel.Float](dst, g *Array) {
	h, w := plane(dst)
	oh, ow := plane(g)
	d, gs := Slice[T](dst), Slice[T](g)
	eachPlane(dst, h*w+oh*ow, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			kernel.AdaptiveAvgPool2dBack(part(d, i, h*w), part(gs, i, oh*ow), h, w, oh, ow)
		}
	})
}
