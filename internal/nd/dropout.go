package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Dropouts is the part of a device's table that drops elements at random.
type Dropouts struct {
	// Dropout writes x*scale where an element is kept and 0 where it is dropped. Runs of
	// the given number of elements in row-major order share one decision: number i
	// of them is dropped if the upper 53 bits of mix(seed + i*increment) are below
	// p*2^53, so that the same seed gives the same mask on every device and with any
	// number of threads. dst and x are contiguous.
	Dropout func(dst, x *Array, run int, seed uint64, p, scale float64)
}

var cpuDropouts = Dropouts{Dropout: cpuDropout}

// increment and mix make uniform 64-bit numbers of a seed and a position
// (SplitMix64: Steele, Lea and Flood 2014).
const increment = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func cpuDropout(dst, x *Array, run int, seed uint64, p, scale float64) {
	if dst.Type == Float32 {
		dropout[float32](dst, x, run, seed, p, scale)
	} else {
		dropout[float64](dst, x, run, seed, p, scale)
	}
}

func dropout[T kernel.Float](dst, x *Array, run int, seed uint64, p, scale float64) {
	n := dst.Numel()
	if n == 0 {
		return
	}
	d, xs, limit, by := Slice[T](dst)[:n], Slice[T](x)[:n], uint64(p*(1<<53)), T(scale)
	pool.For(n/run, max(1, grain/run), func(lo, hi int) {
		z := seed + uint64(lo)*increment
		for i := lo; i < hi; i++ {
			keep := mix(z)>>11 >= limit
			z += increment
			if run == 1 {
				v := T(0)
				if keep {
					v = xs[i] * by
				}
				d[i] = v
				continue
			}
			part := d[i*run:][:run]
			if !keep {
				clear(part)
				continue
			}
			for j, v := range xs[i*run:][:run] {
				part[j] = v * by
			}
		}
	})
}
