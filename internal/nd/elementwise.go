package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Elementwise is the part of a device's table that computes element by element.
// Operands broadcast to the result's shape. The result may have any strides and
// may be one of the operands.
type Elementwise struct {
	// Unary is dst = op(x); p and q are the operation's parameters (a slope, limits).
	Unary func(op kernel.UnaryOp, dst, x *Array, p, q float64)
	// Binary is dst = op(x, y); all three have one element type.
	Binary func(op kernel.BinaryOp, dst, x, y *Array)
	// Compare writes bools.
	Compare func(op kernel.CompareOp, dst, x, y *Array)
	// Logical works on bools.
	Logical func(op kernel.LogicalOp, dst, x, y *Array)
	// Not is dst = !x on bools.
	Not func(dst, x *Array)
	// Where takes x where cond holds, else y.
	Where func(dst, cond, x, y *Array)
}

var cpuElementwise = Elementwise{
	Unary: cpuUnary, Binary: cpuBinary, Compare: cpuCompare, Logical: cpuLogical, Not: cpuNot, Where: cpuWhere,
}

// grain is the number of elements below which work is not split over threads.
const grain = 32 << 10

// split runs f over rows of the nest, or over parts of a row, on the pool. f gets the
// operands' offsets and how many inner elements to do.
func (s *nest) split(f func(off [maxOperands]int, n int)) {
	s.splitScratch(func(off [maxOperands]int, n int, _ *scratch) { f(off, n) })
}

// splitScratch is split for an f that needs memory to gather strided operands in.
func (s *nest) splitScratch(f func(off [maxOperands]int, n int, b *scratch)) {
	n, outer := s.inner(), s.outer()
	switch {
	case n == 0 || outer == 0:
	case outer*n < grain:
		s.rowsScratch(0, outer, n, f)
	case outer < 8 && n >= grain: // few long rows: each is cut
		s.rows(0, outer, func(off [maxOperands]int) {
			pool.For(n, grain/2, func(lo, hi int) {
				b := scratches.Get().(*scratch)
				for k := range s.n {
					b.off[k] = off[k] + lo*s.innerStride(k)
				}
				f(b.off, hi-lo, b)
				scratches.Put(b)
			})
		})
	default:
		pool.For(outer, max(1, grain/2/n), func(lo, hi int) { s.rowsScratch(lo, hi, n, f) })
	}
}

func (s *nest) rowsScratch(lo, hi, n int, f func(off [maxOperands]int, n int, b *scratch)) {
	b := scratches.Get().(*scratch)
	s.rows(lo, hi, func(off [maxOperands]int) { f(off, n, b) })
	scratches.Put(b)
}

// gather copies n elements of x at the stride into b; a stride of 1 needs none.
func gather[T any](b, x []T, stride, n int) []T {
	if stride == 1 {
		return x[:n]
	}
	b = b[:n]
	for i := range b {
		b[i] = x[i*stride]
	}
	return b
}

func scatter[T any](x, b []T, stride int) {
	for i, v := range b {
		x[i*stride] = v
	}
}

// crossed reports whether x is large and lies across the result, as a transposed
// matrix does: copying it there in squares first is faster than gathering it, which
// takes a cache line for every element.
func crossed(dst, x *Array) bool {
	last := int(x.Rank) - 1
	if last < 1 || x.Strides[last] <= 1 || x.Dims[last] < 8 || dst.Numel() < grain || dst.Buf == x.Buf || !SameShape(dst, x) || !dst.Contiguous() {
		return false
	}
	for i, st := range x.Strides[:last] {
		if st == 1 && x.Dims[i] >= 8 {
			return true
		}
	}
	return false
}

func cpuUnary(op kernel.UnaryOp, dst, x *Array, p, q float64) {
	switch dst.Type {
	case Float32:
		unary[float32](op, dst, x, p, q)
	case Float64:
		unary[float64](op, dst, x, p, q)
	case Int64:
		unary[int64](op, dst, x, p, q)
	case Int32:
		unary[int32](op, dst, x, p, q)
	case Uint8:
		unary[uint8](op, dst, x, p, q)
	}
}

func unary[T kernel.Number](op kernel.UnaryOp, dst, x *Array, p, q float64) {
	d, xs := Slice[T](dst), Slice[T](x)
	if n := dst.Numel(); n < grain && SameShape(dst, x) && dst.Contiguous() && x.Contiguous() {
		kernel.Unary(op, d[:n], xs[:n], p, q)
		return
	}
	if crossed(dst, x) {
		cpuCopy(dst, x)
		unary[T](op, dst, dst, p, q)
		return
	}
	s := newNest(dst, x)
	sd, sx := s.innerStride(0), s.innerStride(1)
	s.splitScratch(func(off [maxOperands]int, n int, s *scratch) {
		if sd == 1 && sx == 1 {
			kernel.Unary(op, d[off[0]:][:n], xs[off[1]:][:n], p, q)
			return
		}
		b := blockOf[T](s, 0)
		for i := 0; i < n; i += block {
			m := min(block, n-i)
			g := gather(b, xs[off[1]+i*sx:], sx, m)
			if sd == 1 {
				kernel.Unary(op, d[off[0]+i:][:m], g, p, q)
				continue
			}
			kernel.Unary(op, b[:m], g, p, q)
			scatter(d[off[0]+i*sd:], b[:m], sd)
		}
	})
}

func cpuBinary(op kernel.BinaryOp, dst, x, y *Array) {
	switch dst.Type {
	case Float32:
		binary[float32](op, dst, x, y)
	case Float64:
		binary[float64](op, dst, x, y)
	case Int64:
		binary[int64](op, dst, x, y)
	case Int32:
		binary[int32](op, dst, x, y)
	case Uint8:
		binary[uint8](op, dst, x, y)
	}
}

func binary[T kernel.Number](op kernel.BinaryOp, dst, x, y *Array) {
	d, xs, ys := Slice[T](dst), Slice[T](x), Slice[T](y)
	if n := dst.Numel(); n < grain && SameShape(dst, x) && SameShape(dst, y) && dst.Contiguous() && x.Contiguous() && y.Contiguous() {
		kernel.Binary(op, d[:n], xs[:n], ys[:n])
		return
	}
	switch {
	case crossed(dst, y) && dst.Buf != x.Buf:
		cpuCopy(dst, y)
		binary[T](op, dst, x, dst)
		return
	case crossed(dst, x) && dst.Buf != y.Buf:
		cpuCopy(dst, x)
		binary[T](op, dst, dst, y)
		return
	}
	s := newNest(dst, x, y)
	sd, sx, sy := s.innerStride(0), s.innerStride(1), s.innerStride(2)
	s.splitScratch(func(off [maxOperands]int, n int, s *scratch) {
		bx, by, bd := blockOf[T](s, 0), blockOf[T](s, 1), blockOf[T](s, 2)
		for i := 0; i < n; {
			m := min(block, n-i)
			if sd == 1 && (sx == 0 || sx == 1) && (sy == 0 || sy == 1) {
				m = n - i
			}
			out := bd
			if sd == 1 {
				out = d[off[0]+i:]
			} else {
				out = out[:m]
			}
			out = out[:m]
			switch {
			case sy == 0 && sx == 0:
				bx[0] = xs[off[1]]
				kernel.BinaryScalar(op, bd[:1], bx[:1], ys[off[2]], false)
				v := bd[0]
				for j := range out {
					out[j] = v
				}
			case sy == 0:
				kernel.BinaryScalar(op, out, gather(bx, xs[off[1]+i*sx:], sx, m), ys[off[2]], false)
			case sx == 0:
				kernel.BinaryScalar(op, out, gather(by, ys[off[2]+i*sy:], sy, m), xs[off[1]], true)
			default:
				kernel.Binary(op, out, gather(bx, xs[off[1]+i*sx:], sx, m), gather(by, ys[off[2]+i*sy:], sy, m))
			}
			if sd != 1 {
				scatter(d[off[0]+i*sd:], out, sd)
			}
			i += m
		}
	})
}

func cpuCompare(op kernel.CompareOp, dst, x, y *Array) {
	switch x.Type {
	case Float32:
		compare[float32](op, dst, x, y)
	case Float64:
		compare[float64](op, dst, x, y)
	case Int64:
		compare[int64](op, dst, x, y)
	case Int32:
		compare[int32](op, dst, x, y)
	case Uint8:
		compare[uint8](op, dst, x, y)
	case Bool: // false < true
		a, b := *x, *y
		a.Type, b.Type = Uint8, Uint8
		compare[uint8](op, dst, &a, &b)
	}
}

func compare[T kernel.Number](op kernel.CompareOp, dst, x, y *Array) {
	xs, ys := Slice[T](x), Slice[T](y)
	blocks(dst, x, y, xs, ys, func(d []bool, x, y []T) { kernel.Compare(op, d, x, y) })
}

func cpuLogical(op kernel.LogicalOp, dst, x, y *Array) {
	xs, ys := Slice[bool](x), Slice[bool](y)
	blocks(dst, x, y, xs, ys, func(d, x, y []bool) { kernel.Logical(op, d, x, y) })
}

func cpuNot(dst, x *Array) {
	xs := Slice[bool](x)
	blocks(dst, x, x, xs, xs, func(d, x, _ []bool) { kernel.Not(d, x) })
}

// blocks feeds f contiguous pieces of two operands and of a bool result.
func blocks[T any](dst, x, y *Array, xs, ys []T, f func(d []bool, x, y []T)) {
	d := Slice[bool](dst)
	s := newNest(dst, x, y)
	sd, sx, sy := s.innerStride(0), s.innerStride(1), s.innerStride(2)
	s.splitScratch(func(off [maxOperands]int, n int, s *scratch) {
		bx, by, bd := blockOf[T](s, 0), blockOf[T](s, 1), blockOf[bool](s, 2)
		for i := 0; i < n; i += block {
			m := min(block, n-i)
			f(bd[:m], gather(bx, xs[off[1]+i*sx:], sx, m), gather(by, ys[off[2]+i*sy:], sy, m))
			scatter(d[off[0]+i*sd:], bd[:m], sd)
		}
	})
}

func cpuWhere(dst, cond, x, y *Array) {
	switch dst.Type.Size() {
	case 4:
		where[uint32](dst, cond, x, y)
	case 8:
		where[uint64](dst, cond, x, y)
	default:
		where[uint8](dst, cond, x, y)
	}
}

// where only moves bits, so that one loop serves all types of a size.
func where[T bits](dst, cond, x, y *Array) {
	d, xs, ys, c := raw[T](dst), raw[T](x), raw[T](y), Slice[bool](cond)
	s := newNest(dst, cond, x, y)
	sd, sc, sx, sy := s.innerStride(0), s.innerStride(1), s.innerStride(2), s.innerStride(3)
	s.splitScratch(func(off [maxOperands]int, n int, s *scratch) {
		bx, by, bd, bc := blockOf[T](s, 0), blockOf[T](s, 1), blockOf[T](s, 2), blockOf[bool](s, 3)
		for i := 0; i < n; i += block {
			m := min(block, n-i)
			kernel.Where(bd[:m], gather(bc, c[off[1]+i*sc:], sc, m),
				gather(bx, xs[off[2]+i*sx:], sx, m), gather(by, ys[off[3]+i*sy:], sy, m))
			scatter(d[off[0]+i*sd:], bd[:m], sd)
		}
	})
}
