package kernel

// The tile of a column reduction: columns that stay on the stack, and rows
// added one after the other before the result counts as one addend.
const (
	columnBlock = 256
	rowBlock    = 32
)

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
	var block [columnBlock]T
	for j := 0; j < width; j += columnBlock {
		d := dst[j:min(j+columnBlock, width)]
		if !accumulate {
			reduceTile(op, d, x[j:], rows, n)
			continue
		}
		part := block[:len(d)]
		reduceTile(op, part, x[j:], rows, n)
		binaryGeneric(op.Combine(), d, d, part)
	}
}

// reduceTile reduces rows of a tile, n elements apart, into dst.
func reduceTile[T Number](op ReduceOp, dst, x []T, rows, n int) {
	if rows > rowBlock {
		var block [columnBlock]T
		half := (rows/2 + rowBlock - 1) / rowBlock * rowBlock
		part := block[:len(dst)]
		reduceTile(op, dst, x, half, n)
		reduceTile(op, part, x[half*n:], rows-half, n)
		binaryGeneric(op.Combine(), dst, dst, part)
		return
	}
	for i := range rows {
		row := x[i*n:][:len(dst)]
		if i == 0 {
			switch op {
			case SumSquares:
				binaryGeneric(Mul, dst, row, row)
			case SumAbs:
				for j, v := range row {
					dst[j] = abs(v)
				}
			default:
				copy(dst, row)
			}
			continue
		}
		switch op {
		case SumSquares:
			for j, v := range row {
				dst[j] += v * v
			}
		case SumAbs:
			for j, v := range row {
				dst[j] += abs(v)
			}
		default:
			binaryGeneric(op.Combine(), dst, dst, row)
		}
	}
}

// fillWith sets every element.
func fillWith[T any](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}
