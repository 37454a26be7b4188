package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Reductions is the part of a device's table that makes one number out of many.
type Reductions struct {
	// Reduce writes op over the dimensions in mask (bit i: dimension i). dst has x's
	// rank and type, and length 1 in the reduced dimensions. Nothing reduced is the
	// operation's neutral element; the caller refuses that for Max and Min.
	Reduce func(op kernel.ReduceOp, dst, x *Array, mask uint8)
	// ArgReduce writes the int64 index along dim of the first greatest (or, with
	// least, smallest) element; a NaN wins. dst has length 1 in dim.
	ArgReduce func(dst, x *Array, dim int, least bool)
	// CumSum writes running sums along dim.
	CumSum func(dst, x *Array, dim int)
	// MeanVar writes, over the dimensions in mask, the mean and the sum of squared
	// deviations from it, of floats, computed in two passes.
	MeanVar func(mean, m2, x *Array, mask uint8)
}

var cpuReductions = Reductions{Reduce: cpuReduce, ArgReduce: cpuArgReduce, CumSum: cpuCumSum, MeanVar: cpuMeanVar}

func cpuReduce(op kernel.ReduceOp, dst, x *Array, mask uint8) {
	switch x.Type {
	case Float32:
		reduce[float32](op, dst, x, mask)
	case Float64:
		reduce[float64](op, dst, x, mask)
	case Int64:
		reduce[int64](op, dst, x, mask)
	case Int32:
		reduce[int32](op, dst, x, mask)
	case Uint8:
		reduce[uint8](op, dst, x, mask)
	}
}

// partition reorders x's dimensions: kept ones first, then the reduced ones, and
// says how many elements each part has.
func partition(x *Array, mask uint8) (p Array, kept, reduced int) {
	p = *x
	kept, reduced = 1, 1
	k := 0
	for pass := range 2 {
		for i := range int(x.Rank) {
			if (mask>>i&1 == 1) != (pass == 1) {
				continue
			}
			p.Dims[k], p.Strides[k] = x.Dims[i], x.Strides[i]
			k++
			if pass == 0 {
				kept *= int(x.Dims[i])
			} else {
				reduced *= int(x.Dims[i])
			}
		}
	}
	return p, kept, reduced
}

// compact is p itself if contiguous, else a contiguous copy.
func compact(p *Array) *Array {
	if p.Contiguous() {
		return p
	}
	c := *p
	c.Off = 0
	c.SetContiguous()
	c.Buf = NewBuffer(p.Numel() * p.Type.Size())
	cpuCopy(&c, p)
	return &c
}

func reduce[T kernel.Number](op kernel.ReduceOp, dst, x *Array, mask uint8) {
	p, kept, reduced := partition(x, mask)
	d := Slice[T](dst)
	if kept == 0 {
		return
	}
	if reduced > 0 && leading(x, mask) && x.Contiguous() {
		xs := Slice[T](x)
		pool.For(kept, max(1, grain/reduced), func(lo, hi int) {
			if lo == 0 && hi == kept {
				kernel.ReduceColumns(op, d[:kept], xs[:reduced*kept], kept, false)
				return
			}
			for i := range reduced {
				kernel.ReduceColumns(op, d[lo:hi], xs[i*kept+lo:i*kept+hi], hi-lo, i > 0)
			}
		})
		return
	}
	xs := Slice[T](compact(&p))
	pool.For(kept, max(1, grain/max(reduced, 1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			d[i] = kernel.Reduce(op, xs[i*reduced:][:reduced])
		}
	})
}

// leading reports whether the reduced dimensions come before all kept ones.
func leading(x *Array, mask uint8) bool {
	kept := false
	for i := range int(x.Rank) {
		if x.Dims[i] == 1 {
			continue
		}
		if mask>>i&1 == 0 {
			kept = true
		} else if kept {
			return false
		}
	}
	return kept
}

func cpuArgReduce(dst, x *Array, dim int, least bool) {
	switch x.Type {
	case Float32:
		argReduce[float32](dst, x, dim, least)
	case Float64:
		argReduce[float64](dst, x, dim, least)
	case Int64:
		argReduce[int64](dst, x, dim, least)
	case Int32:
		argReduce[int32](dst, x, dim, least)
	case Uint8, Bool:
		b := *x
		b.Type = Uint8
		argReduce[uint8](dst, &b, dim, least)
	}
}

func argReduce[T kernel.Number](dst, x *Array, dim int, least bool) {
	xs, d := Slice[T](x), Slice[int64](dst)
	n, stride := x.Size(dim), x.Stride(dim)
	row := *x
	row.Dims[dim] = 1
	s := newNest(dst, &row)
	sd, sx := s.innerStride(0), s.innerStride(1)
	s.split(func(off [maxOperands]int, m int) {
		for i := range m {
			r := xs[off[1]+i*sx:]
			if least {
				d[off[0]+i*sd] = int64(kernel.ArgMin(r, stride, n))
			} else {
				d[off[0]+i*sd] = int64(kernel.ArgMax(r, stride, n))
			}
		}
	})
}

func cpuCumSum(dst, x *Array, dim int) {
	switch x.Type {
	case Float32:
		cumSum[float32](dst, x, dim)
	case Float64:
		cumSum[float64](dst, x, dim)
	case Int64:
		cumSum[int64](dst, x, dim)
	}
}

func cumSum[T kernel.Number](dst, x *Array, dim int) {
	xs, d := Slice[T](x), Slice[T](dst)
	n, sx, sd := x.Size(dim), x.Stride(dim), dst.Stride(dim)
	row, out := *x, *dst
	row.Dims[dim], out.Dims[dim] = 1, 1
	s := newNest(&out, &row)
	id, ix := s.innerStride(0), s.innerStride(1)
	s.split(func(off [maxOperands]int, m int) {
		for i := range m {
			a, b := off[1]+i*ix, off[0]+i*id
			if sx == 1 && sd == 1 {
				kernel.CumSum(d[b:][:n], xs[a:][:n])
				continue
			}
			var sum T
			for j := range n {
				sum += xs[a+j*sx]
				d[b+j*sd] = sum
			}
		}
	})
}

func cpuMeanVar(mean, m2, x *Array, mask uint8) {
	if x.Type == Float32 {
		meanVar[float32](mean, m2, x, mask)
	} else {
		meanVar[float64](mean, m2, x, mask)
	}
}

func meanVar[T kernel.Float](mean, m2, x *Array, mask uint8) {
	p, kept, reduced := partition(x, mask)
	xs := Slice[T](compact(&p))
	a, b := Slice[T](mean), Slice[T](m2)
	pool.For(kept, max(1, grain/max(reduced, 1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			u, v := kernel.MeanVar(xs[i*reduced:][:reduced])
			a[i], b[i] = T(u), T(v)
		}
	})
}
