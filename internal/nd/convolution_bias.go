package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// cpuConv2dBias sums the planes first, then the images of each channel: both are
// products with ones, whose kernels read memory in order.
func cpuConv2dBias(dst, y *Array) {
	if dst.Type == Float32 {
		convBias[float32](dst, y)
	} else {
		convBias[float64](dst, y)
	}
}

func convBias[T kernel.Float](dst, y *Array) {
	n, o, pixels := y.Size(0), y.Size(1), y.Size(2)*y.Size(3)
	db := Slice[T](dst)[:o]
	if n == 0 || pixels == 0 {
		clear(db)
		return
	}
	v, _ := freeConvolutions[T]().Get().(*convolution[T])
	if v == nil {
		v = new(convolution[T])
	}
	defer v.release()
	sums := room(v.columns[0], n*o)
	v.columns[0] = sums
	planeSums(sums, Slice[T](y), pixels)
	kernel.ColumnSums(db, sums, n, o, 1, false)
}

// planeSums sets sums[i] to the sum of the i-th run of pixels elements of y.
func planeSums[T kernel.Float](sums, y []T, pixels int) {
	pool.For(len(sums), max(1, grain/pixels), func(lo, hi int) {
		kernel.ColumnSums(sums[lo:hi], y[lo*pixels:], pixels, 1, pixels, false)
	})
}
