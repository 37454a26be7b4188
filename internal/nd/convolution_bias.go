package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// biasGradient is the gradient of a convolution by its bias: the planes of y are summed
// first, then the images of each channel. Where a ReLU stands behind the convolution it
// makes y on the way, of the gradient g behind the ReLU and the ReLU's result r: a few
// planes at a time, which the sum then finds in the cache.
type biasGradient[T kernel.Float] struct {
	planes, pixels int
	y, g, r        []T // g and r: nil without a ReLU
	sums           []T // of each plane
	ranges         func(lo, hi int)
}

// biasBlock is about how many elements of y are made and then summed.
const biasBlock = 4 << 10

var freeBias kernel.FreeLists

func cpuConv2dBias(dst, y *Array) {
	if dst.Type == Float32 {
		convBias[float32](dst, y, nil, nil)
	} else {
		convBias[float64](dst, y, nil, nil)
	}
}

func cpuConv2dBiasReLU(dst, y, g, r *Array) {
	if dst.Type == Float32 {
		convBias[float32](dst, y, g, r)
	} else {
		convBias[float64](dst, y, g, r)
	}
}

func convBias[T kernel.Float](dst, y, g, r *Array) {
	n, o, pixels := y.Size(0), y.Size(1), y.Size(2)*y.Size(3)
	db := Slice[T](dst)[:o]
	if n == 0 || pixels == 0 {
		clear(db)
		return
	}
	v, _ := kernel.FreeList[T](&freeBias).Get().(*biasGradient[T])
	if v == nil {
		v = new(biasGradient[T])
		v.ranges = v.some
	}
	v.planes, v.pixels, v.y = n*o, pixels, Slice[T](y)
	if g != nil {
		v.g, v.r = Slice[T](g), Slice[T](r)
	}
	v.sums = room(v.sums, v.planes)
	pool.For(v.planes, max(1, grain/2/pixels), v.ranges)
	kernel.ColumnSums(db, v.sums, n, o, 1, false)
	v.y, v.g, v.r = nil, nil, nil
	kernel.FreeList[T](&freeBias).Put(v)
}

// some does the planes lo to hi.
func (v *biasGradient[T]) some(lo, hi int) {
	step := max(1, biasBlock/v.pixels)
	for ; lo < hi; lo += step {
		planes := min(step, hi-lo)
		from, to := lo*v.pixels, (lo+planes)*v.pixels
		if v.g != nil {
			kernel.Binary(kernel.ReLUGrad, v.y[from:to], v.g[from:to], v.r[from:to])
		}
		kernel.ReduceRows(kernel.Sum, v.sums[lo:lo+planes], v.y[from:to], v.pixels)
	}
}
