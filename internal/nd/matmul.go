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
	// Linear is dst[m, n] = act(x[m, k] w[n, k]^T + b[n]) of floats. b is contiguous, or
	// nil for none; dst is contiguous. The bits are those of the same without an
	// activation, followed by the activation as a Unary.
	Linear func(dst, x, w, b *Array, act Activation)
	// LinearBack is the gradients of Linear without activation, from g[m, n] of its
	// result: dx = g w, dw = g^T x, db = the sum of g's rows. Any of dx, dw, db may be
	// nil; they are contiguous.
	LinearBack func(dx, dw, db, g, x, w *Array)
}

// Activation is a function that an operation applies to its result.
type Activation = kernel.Activation

var cpuProducts = Products{MatMul: cpuMatMul, Linear: cpuLinear, LinearBack: cpuLinearBack}

func cpuLinear(dst, x, w, b *Array, act Activation) {
	if dst.Type == Float32 {
		linear[float32](dst, x, w, b, act)
	} else {
		linear[float64](dst, x, w, b, act)
	}
}

func linear[T kernel.Float](dst, x, w, b *Array, act Activation) {
	e := kernel.Epilogue[T]{Activation: act}
	if b != nil {
		e.Bias = Slice[T](b)[:b.Numel()]
	}
	m, n, k := dst.Size(0), dst.Size(1), x.Size(1)
	kernel.GemmWith(m, n, k, Slice[T](x), x.Stride(0), x.Stride(1), Slice[T](w), w.Stride(1), w.Stride(0),
		Slice[T](dst), n, false, e)
}

func cpuLinearBack(dx, dw, db, g, x, w *Array) {
	if g.Type == Float32 {
		linearBack[float32](dx, dw, db, g, x, w)
	} else {
		linearBack[float64](dx, dw, db, g, x, w)
	}
}

func linearBack[T kernel.Float](dx, dw, db, g, x, w *Array) {
	m, n, k := g.Size(0), g.Size(1), x.Size(1)
	gs, grs, gcs := Slice[T](g), g.Stride(0), g.Stride(1)
	if db != nil {
		kernel.ColumnSums(Slice[T](db)[:n], gs, m, grs, gcs, false)
	}
	var px, pw kernel.Product[T]
	if dx != nil {
		px = kernel.Product[T]{M: m, N: k, K: n, A: gs, ARS: grs, ACS: gcs, B: Slice[T](w), BRS: w.Stride(0), BCS: w.Stride(1),
			C: Slice[T](dx), CRS: k}
	}
	if dw != nil {
		pw = kernel.Product[T]{M: n, N: k, K: m, A: gs, ARS: gcs, ACS: grs, B: Slice[T](x), BRS: x.Stride(0), BCS: x.Stride(1),
			C: Slice[T](dw), CRS: k}
	}
	kernel.GemmBoth(pw, px)
}

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
	count := dst.Numel()
	if count == 0 {
		return
	}
	if k == 0 { // a and b may have no memory to point into
		if !accumulate {
			clear(Slice[T](dst)[:count])
		}
		return
	}
	count /= m * n
	d, as, bs := Slice[T](dst), Slice[T](a), Slice[T](b)
	ars, acs, brs, bcs := a.Stride(r-2), a.Stride(r-1), b.Stride(r-2), b.Stride(r-1)
	if count == 1 {
		kernel.Gemm(m, n, k, as, ars, acs, bs, brs, bcs, d, n, accumulate)
		return
	}
	s := batches(dst, a, b)
	if count < pool.Threads() { // few large products: each uses all threads
		s.rows(0, count, func(o [maxOperands]int) {
			kernel.Gemm(m, n, k, as[o[1]:], ars, acs, bs[o[2]:], brs, bcs, d[o[0]:], n, accumulate)
		})
		return
	}
	pool.For(count, max(1, 300_000/(m*n*k)), func(lo, hi int) {
		s.rows(lo, hi, func(o [maxOperands]int) {
			kernel.GemmSerial(m, n, k, as[o[1]:], ars, acs, bs[o[2]:], brs, bcs, d[o[0]:], n, accumulate)
		})
	})
}

// batches is a nest whose rows are the products of a batch, one each.
func batches(dst, a, b *Array) nest {
	bd, ba, bb := *dst, *a, *b
	for _, x := range []*Array{&bd, &ba, &bb} {
		x.Dims[x.Rank-2], x.Dims[x.Rank-1] = 1, 1
	}
	s := newNest(&bd, &ba, &bb)
	s.dims[s.rank] = 1 // there is room: two dimensions have gone
	s.rank++
	return s
}
