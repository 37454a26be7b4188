package kernel

import (
	"sync"
	"unsafe"
)

// The tile of a column reduction: columns that stay in the nearest cache, and rows
// added one after the other before the result counts as one addend.
const (
	columnBlock = 1024
	rowBlock    = 32
)

// columnParts are rows of tiles that the kernels, called through a table, write.
var columnParts = sync.Pool{New: func() any { return new([columnBlock]uint64) }}

// columnPart is the first n of part as elements of type T, which hold no pointers.
func columnPart[T Number](part *[columnBlock]uint64, n int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(part)), columnBlock)[:n]
}

// ReduceColumns brings columns of a row-major matrix to one row: dst[j] = op over
// i of x[i*n+j]. n is the distance from row to row; dst may be shorter than that
// to reduce some of the columns (x then begins at the first of them). There are
// as many rows as fit into x. With accumulate what dst held is combined with
// the result. No rows give Identity. dst must not overlap x.
//
// Sums are added pairwise over blocks of rows, so that the error does not grow
// with their number; the order depends on their number only.
func ReduceColumns[T Number](op ReduceOp, dst, x []T, n int, accumulate bool) {
	width, rows := len(dst), 0
	if width == 0 {
		return
	}
	if len(x) >= width {
		rows = (len(x)-width)/n + 1
	}
	if rows == 0 {
		if !accumulate {
			fillWith(dst, Identity[T](op))
		}
		return
	}
	for j := 0; j < width; j += columnBlock {
		d := dst[j:min(j+columnBlock, width)]
		if !accumulate {
			reduceTile(op, d, x[j:], rows, n)
			continue
		}
		held := columnParts.Get().(*[columnBlock]uint64)
		part := columnPart[T](held, len(d))
		reduceTile(op, part, x[j:], rows, n)
		combineRow(op, d, part)
		columnParts.Put(held)
	}
}

// reduceTile reduces rows of a tile, n elements apart, into dst.
func reduceTile[T Number](op ReduceOp, dst, x []T, rows, n int) {
	if rows == 1 {
		firstRow(op, dst, x[:len(dst)])
		return
	}
	held := columnParts.Get().(*[columnBlock]uint64)
	part := columnPart[T](held, len(dst))
	if rows > rowBlock {
		half := (rows/2 + rowBlock - 1) / rowBlock * rowBlock
		reduceTile(op, dst, x, half, n)
		reduceTile(op, part, x[half*n:], rows-half, n)
		combineRow(op, dst, part)
	} else {
		firstRow(op, dst, x[:len(dst)])
		for i := 1; i < rows; i++ {
			row := x[i*n:][:len(dst)]
			if op == SumSquares || op == SumAbs {
				firstRow(op, part, row)
				row = part
			}
			combineRow(op, dst, row)
		}
	}
	columnParts.Put(held)
}

// firstRow is the reduction of one row.
func firstRow[T Number](op ReduceOp, dst, row []T) {
	switch op {
	case SumSquares:
		Binary(Mul, dst, row, row)
	case SumAbs:
		Unary(Abs, dst, row, 0, 0)
	default:
		copy(dst, row)
	}
}

// combineRow joins a row to dst. A few elements are not worth a vector kernel, whose
// masked stores cost more.
func combineRow[T Number](op ReduceOp, dst, row []T) {
	if len(dst) < 16 {
		binaryGeneric(op.Combine(), dst, dst, row)
		return
	}
	Binary(op.Combine(), dst, dst, row)
}

// fillWith sets every element.
func fillWith[T any](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}
