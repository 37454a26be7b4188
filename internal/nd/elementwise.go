package nd

import "github.com/lumen-ml/lumen/internal/kernel"

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
	s.tiles(false, func(t *tile) {
		out := destination(t, d)
		kernel.Unary(op, out, read(t, 1, xs), p, q)
		written(t, d, out)
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
	s.tiles(true, func(t *tile) {
		out := destination(t, d)
		switch {
		case t.one(1) && t.one(2):
			first := out[:1]
			kernel.Binary(op, first, xs[t.off[1]:][:1], ys[t.off[2]:][:1])
			fillSlice(out, first[0])
		case t.one(2):
			kernel.BinaryScalar(op, out, read(t, 1, xs), ys[t.off[2]], false)
		case t.one(1):
			kernel.BinaryScalar(op, out, read(t, 2, ys), xs[t.off[1]], true)
		default:
			kernel.Binary(op, out, read(t, 1, xs), read(t, 2, ys))
		}
		written(t, d, out)
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
	both(dst, x, y, func(d []bool, x, y []T) { kernel.Compare(op, d, x, y) })
}

func cpuLogical(op kernel.LogicalOp, dst, x, y *Array) {
	both(dst, x, y, func(d, x, y []bool) { kernel.Logical(op, d, x, y) })
}

func cpuNot(dst, x *Array) {
	both(dst, x, x, func(d, x, _ []bool) { kernel.Not(d, x) })
}

// both feeds f pieces of two operands and of a bool result.
func both[T Element](dst, x, y *Array, f func(d []bool, x, y []T)) {
	d, xs, ys := Slice[bool](dst), Slice[T](x), Slice[T](y)
	s := newNest(dst, x, y)
	s.tiles(false, func(t *tile) {
		out := destination(t, d)
		f(out, read(t, 1, xs), read(t, 2, ys))
		written(t, d, out)
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
	s.tiles(false, func(t *tile) {
		out := destination(t, d)
		kernel.Where(out, read(t, 1, c), read(t, 2, xs), read(t, 3, ys))
		written(t, d, out)
	})
}
