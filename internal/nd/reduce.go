package nd

import (
	"slices"

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

// stretch is how many elements one thread adds up at a time where a few long rows or
// columns are cut: a number that the shape alone decides, so that the result does not
// depend on the number of threads.
const stretch = 32 << 10

func reduce[T kernel.Number](op kernel.ReduceOp, dst, x *Array, mask uint8) {
	if dst.Numel() == 0 {
		return
	}
	d := Slice[T](dst)
	if x.Numel() == 0 {
		fillSlice(d[:dst.Numel()], kernel.Identity[T](op))
		return
	}
	if kept, reduced, columns, ok := twoParts(x, mask); ok { // nearly always
		if columns {
			reduceColumns(op, d[:kept], Slice[T](x)[:kept*reduced], reduced, kept)
		} else {
			reduceRows(op, d[:kept], Slice[T](x)[:kept*reduced], reduced)
		}
		return
	}
	list, x := axes(dst, x, mask)
	values := Slice[T](x)[:size(list)]
	if !reduces(list) { // of one element each: a sum of squares is a square all the same
		list = append(list, axis{n: 1, reduced: true})
	}
	direct := inOrder(list)
	for reduces(list) {
		// This stage reduces the last such axis: of rows if it comes last, else of columns.
		at := lastReduced(list)
		rows, columns := list[at].n, size(list[at+1:])
		rest := slices.Delete(slices.Clone(list), at, at+1)
		var out []T
		if n := size(rest); direct && !reduces(rest) {
			out = d[:n]
		} else {
			out = make([]T, n)
		}
		if at == len(list)-1 {
			reduceRows(op, out, values, rows)
		} else {
			reduceColumns(op, out, values, rows, columns)
		}
		list, values = merge(rest), out
		op = again(op)
	}
	if !direct {
		place(dst, list, values)
	}
}

// twoParts tells of a contiguous array whose reduced dimensions all come last (rows)
// or all come first (columns) how many elements each part has.
func twoParts(x *Array, mask uint8) (kept, reduced int, columns, ok bool) {
	kept, reduced = 1, 1
	changes, last := 0, false
	for i := range int(x.Rank) {
		if x.Dims[i] == 1 {
			continue
		}
		now := mask>>i&1 == 1
		if kept*reduced > 1 && now != last {
			changes++
		}
		last = now
		if now {
			reduced *= x.Size(i)
		} else {
			kept *= x.Size(i)
		}
	}
	return kept, reduced, changes == 1 && !last, changes < 2 && x.Contiguous()
}

func fillSlice[T any](d []T, v T) {
	for i := range d {
		d[i] = v
	}
}

// reduceRows reduces rows of n elements. Few long rows are cut into parts.
func reduceRows[T kernel.Number](op kernel.ReduceOp, out, x []T, n int) {
	if parts := (n + stretch - 1) / stretch; len(out) < 16 && parts >= 2 {
		partial := make([]T, len(out)*parts)
		pool.For(len(partial), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				row, p := i/parts, i%parts
				partial[i] = kernel.Reduce(op, x[row*n+p*stretch:row*n+min((p+1)*stretch, n)])
			}
		})
		kernel.ReduceRows(again(op), out, partial, parts)
		return
	}
	if len(x) < grain {
		kernel.ReduceRows(op, out, x, n)
		return
	}
	pool.For(len(out), max(1, grain/n), func(lo, hi int) { kernel.ReduceRows(op, out[lo:hi], x[lo*n:], n) })
}

// reduceColumns reduces matrices of rows x n to one row each.
func reduceColumns[T kernel.Number](op kernel.ReduceOp, out, x []T, rows, n int) {
	matrices := len(out) / n
	if len(x) < grain || matrices >= 16 {
		pool.For(matrices, max(1, grain/(rows*n)), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				kernel.ReduceColumns(op, out[i*n:][:n], x[i*rows*n:][:rows*n], n, false)
			}
		})
		return
	}
	for i := range matrices {
		matrix, d := x[i*rows*n:][:rows*n], out[i*n:][:n]
		if n < 1024 {
			reduceTall(op, d, matrix, rows, n)
			continue
		}
		pool.For(n, max(256, grain/rows), func(lo, hi int) {
			kernel.ReduceColumns(op, d[lo:hi], matrix[lo:(rows-1)*n+hi], n, false)
		})
	}
}

// reduceTall reduces a matrix with short rows. Many are cut into parts, and several
// rows are seen as one long one, whose reduction is then a small matrix.
func reduceTall[T kernel.Number](op kernel.ReduceOp, d, x []T, rows, n int) {
	height := max(stretch/n, 1)
	together := max(512/n, 1) // rows that make one
	parts := (rows + height - 1) / height
	if parts < 2 {
		reduceFolded(op, d, x, rows, n, together)
		return
	}
	partial := make([]T, parts*n)
	pool.For(parts, 1, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			h := min(height, rows-p*height)
			reduceFolded(op, partial[p*n:][:n], x[p*height*n:][:h*n], h, n, together)
		}
	})
	kernel.ReduceColumns(again(op), d, partial, n, false)
}

// reduceFolded sees a matrix as one with rows that hold several of its own.
func reduceFolded[T kernel.Number](op kernel.ReduceOp, d, x []T, rows, n, together int) {
	if together < 2 || rows < 4*together {
		kernel.ReduceColumns(op, d, x, n, false)
		return
	}
	wide := together * n
	long := rows / together * wide
	folded := make([]T, wide)
	kernel.ReduceColumns(op, folded, x[:long], wide, false)
	kernel.ReduceColumns(again(op), d, folded, n, false)
	if long < rows*n {
		kernel.ReduceColumns(op, d, x[long:rows*n], n, true)
	}
}

// again is the reduction that joins partial results of op.
func again(op kernel.ReduceOp) kernel.ReduceOp {
	if op == kernel.SumSquares || op == kernel.SumAbs {
		return kernel.Sum
	}
	return op
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
		cumSum[float64, float32](dst, x, dim)
	case Float64:
		cumSum[float64, float64](dst, x, dim)
	case Int64:
		cumSum[int64, int64](dst, x, dim)
	}
}

// cumSum keeps its sums in A. Lines that lie side by side in memory are done four at a time. Else, where the result has
// the lines along dim side by side, a block of them goes on together, so that memory is walked in rows.
func cumSum[A, T kernel.Number](dst, x *Array, dim int) {
	xs, d := Slice[T](x), Slice[T](dst)
	n, sx, sd := x.Size(dim), x.Stride(dim), dst.Stride(dim)
	if dst.Numel() == 0 {
		return
	}
	s := newNest(along(dst, dim), along(x, dim))
	id, ix := s.innerStride(0), s.innerStride(1)
	width := 128
	switch {
	case sx == 1 && sd == 1:
		width = 4
	case id >= sd:
		width = 1
	}
	inner := s.inner()
	parts := (inner + width - 1) / width // of a row of lines
	pool.For(s.outer()*parts, max(1, grain/2/(n*min(width, inner))), func(lo, hi int) {
		b := scratches.Get().(*scratch)
		defer scratches.Put(b)
		for p := lo; p < hi; p++ {
			row, first := s.row(p/parts), p%parts*width
			lines := min(width, inner-first)
			to, from := d[row.off[0]+first*id:], xs[row.off[1]+first*ix:]
			switch {
			case sx == 1 && sd == 1 && lines == 4:
				kernel.CumSums[A]([4][]T{to[:n], to[id:][:n], to[2*id:][:n], to[3*id:][:n]},
					[4][]T{from[:n], from[ix:][:n], from[2*ix:][:n], from[3*ix:][:n]})
			case sx == 1 && sd == 1:
				for k := range lines {
					kernel.CumSum[A](to[k*id:][:n], from[k*ix:][:n])
				}
			default:
				sums := blockOf[A](b, 0)[:lines]
				clear(sums)
				for j := range n {
					kernel.CumSumRow(sums, to[j*sd:], id, from[j*sx:], ix)
				}
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
