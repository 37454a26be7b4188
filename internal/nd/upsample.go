package nd

import "github.com/lumen-ml/lumen/internal/kernel"

// Interpolation is how Upsample finds values between pixels.
type Interpolation struct {
	Bilinear     bool // else the nearest pixel
	AlignCorners bool // bilinear: the corner pixels' centres stay in the corners
	// ScaleH and ScaleW are the factors that were asked for; 0 means the ratio of the
	// lengths. They differ where a length times the factor is not whole.
	ScaleH, ScaleW float64
}

// lerps is where each of n places along a dimension of the given size reads.
func lerps[T kernel.Float](o Interpolation, n, size int, scale float64) []kernel.Lerp[T] {
	l := make([]kernel.Lerp[T], n)
	ratio := T(size) / T(max(n, 1))
	switch {
	case o.AlignCorners && n > 1:
		ratio = T(size-1) / T(n-1)
	case o.AlignCorners:
		ratio = 0
	case scale > 0:
		ratio = T(1 / scale)
	}
	if o.Bilinear {
		kernel.LinearLerps(l, size, ratio, o.AlignCorners)
	} else {
		kernel.NearestLerps(l, size, ratio)
	}
	return l
}

func cpuUpsample(dst, x *Array, o Interpolation) {
	if dst.Type == Float32 {
		upsample[float32](dst, x, o)
	} else {
		upsample[float64](dst, x, o)
	}
}

func upsample[T kernel.Float](dst, x *Array, o Interpolation) {
	h, w := plane(x)
	oh, ow := plane(dst)
	rows, columns := lerps[T](o, oh, h, o.ScaleH), lerps[T](o, ow, w, o.ScaleW)
	d, xs := Slice[T](dst), Slice[T](x)
	eachPlane(dst, oh*ow, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if o.Bilinear {
				kernel.UpsampleBilinear(part(d, i, oh*ow), part(xs, i, h*w), w, rows, columns)
			} else {
				kernel.UpsampleNearest(part(d, i, oh*ow), part(xs, i, h*w), w, rows, columns)
			}
		}
	})
}

func cpuUpsampleBack(dst, g *Array, o Interpolation) {
	if dst.Type == Float32 {
		upsampleBack[float32](dst, g, o)
	} else {
		upsampleBack[float64](dst, g, o)
	}
}

func upsampleBack[T kernel.Float](dst, g *Array, o Interpolation) {
	h, w := plane(dst)
	oh, ow := plane(g)
	rows, columns := lerps[T](o, oh, h, o.ScaleH), lerps[T](o, ow, w, o.ScaleW)
	d, gs := Slice[T](dst), Slice[T](g)
	eachPlane(dst, h*w+oh*ow, func(lo, hi int) {
		clear(d[lo*h*w : hi*h*w])
		for i := lo; i < hi; i++ {
			if o.Bilinear {
				kernel.UpsampleBilinearBack(part(d, i, h*w), part(gs, i, oh*ow), w, rows, columns)
			} else {
				kernel.UpsampleNearestBack(part(d, i, h*w), part(gs, i, oh*ow), w, rows, columns)
			}
		}
	})
}
