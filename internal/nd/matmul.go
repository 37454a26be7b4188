package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Products is the part of a device's table that multiplies matrices.
type Products struct {
	// MatMul is dst[..., m, n] = a[..., m, k] b[..., k, n] of floats, added to dst if
	// accumulate. All three have one rank; a's and b's leading dimensions equal
	// dst's or are 1. dst is contiguous.
	MatMul func(dst, a, b *Array, accumulate bool)
}

var cpuProducts = Products{MatMul: cpuMatMul}

func cpuMatMul(dst, a, b *Array, accumulate bool) {
	if dst.Type == Float32 {
		matMul[float32](dst, a, b, accumulate)
	} else {
		matMul[float64](dst, a, b, accumulate)
	}
}

func matMul[T kernel.Float](dst, a, b *Array, accumulate bool) {
	r := int(dst.Rank)
	m, n, k := dst.Size(r-2), dst.Size(r-1), a.Size(r-1)
	if m == 0 || n == 0 {
		return
	}
	d, as, bs := Slice[T](dst), Slice[T](a), Slice[T](b)
	ars, acs, brs, bcs := a.Stride(r-2), a.Stride(r-1), b.Stride(r-2), b.Stride(r-1)
	if r == 2 {
		kernel.Gemm(m, n, k, as, ars, acs, bs, brs, bcs, d, n, accumulate)
		return
	}
	batch := func(x *Array) Array {
		y := *x
		y.Dims[r-2], y.Dims[r-1] = 1, 1
		return y
	}
	bd, ba, bb := batch(dst), batch(a), batch(b)
	count := bd.Numel()
	offs := make([][maxOperands]int, 0, count)
	s := newNest(&bd, &ba, &bb)
	s.rows(0, s.outer(), func(off [maxOperands]int) {
		for i := range s.inner() {
			o := off
			for q := range 3 {
				o[q] += i * s.innerStride(q)
			}
			offs = append(offs, o)
		}
	})
	if count < pool.Threads() { // few large products: each uses all threads
		for _, o := range offs {
			kernel.Gemm(m, n, k, as[o[1]:], ars, acs, bs[o[2]:], brs, bcs, d[o[0]:], n, accumulate)
		}
		return
	}
	pool.For(count, max(1, 300_000/max(1, m*n*k)), func(lo, hi int) {
		for _, o := range offs[lo:hi] {
			kernel.GemmSerial(m, n, k, as[o[1]:], ars, acs, bs[o[2]:], brs, bcs, d[o[0]:], n, accumulate)
		}
	})
}
