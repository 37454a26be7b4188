package nd

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Indexing is the part of a device's table that moves elements to where indices say.
// Indices are int64 and have been checked with OutOfRange. Where several elements
// are added to one place, they are added in the order of the indices, whatever the
// number of threads.
type Indexing struct {
	// OutOfRange is the row-major position of the first of idx that is not in [0, n),
	// and its value; -1 if all are.
	OutOfRange func(idx *Array, n int) (at int, value int64)
	// IndexSelect is dst[..., j, ...] = x[..., idx[j], ...] along dim; idx has one
	// dimension, of dst's length.
	IndexSelect func(dst, x, idx *Array, dim int)
	// IndexAdd is dst[..., idx[j], ...] += src[..., j, ...] along dim.
	IndexAdd func(dst, src, idx *Array, dim int)
	// Gather is dst[..., j, ...] = x[..., idx[..., j, ...], ...] along dim. dst and idx
	// have one shape; elsewhere than in dim x's lengths are equal.
	Gather func(dst, x, idx *Array, dim int)
	// ScatterAdd is dst[..., idx[..., j, ...], ...] += src[..., j, ...] along dim. src
	// and idx have one shape; elsewhere than in dim dst's lengths are equal.
	ScatterAdd func(dst, src, idx *Array, dim int)
	// Sort writes x sorted along dim, stably, NaN as the greatest, and for each value
	// the position in x along dim that it had.
	Sort func(values, idx, x *Array, dim int, descending bool)
}

var cpuIndexing = Indexing{
	OutOfRange: cpuOutOfRange, IndexSelect: cpuIndexSelect, IndexAdd: cpuIndexAdd,
	Gather: cpuGather, ScatterAdd: cpuScatterAdd, Sort: cpuSort,
}

// positions calls f with the operands' offsets for every place of the nest, inner
// dimension included, split over the pool; work is what one call costs, in elements.
func (s *nest) positions(work int, f func(off [maxOperands]int)) {
	inner := s.inner()
	pool.For(inner*s.outer(), max(1, grain/2/max(work, 1)), func(lo, hi int) {
		row := lo / inner
		s.rows(row, (hi+inner-1)/inner, func(off [maxOperands]int) {
			from, to := max(lo-row*inner, 0), min(hi-row*inner, inner)
			row++
			for k := range s.n {
				off[k] += from * s.innerStride(k)
			}
			for range to - from {
				f(off)
				for k := range s.n {
					off[k] += s.innerStride(k)
				}
			}
		})
	})
}

// along is a with length 1 in dim: its places are a's rows along dim.
func along(a *Array, dim int) *Array {
	r := *a
	r.Dims[dim] = 1
	return &r
}

// run takes the dimensions behind dim that a and b both hold without gaps out of two
// arrays, and returns how many elements those are.
func run(a, b *Array, dim int) int {
	n := 1
	for i := int(a.Rank) - 1; i > dim; i-- {
		if a.Dims[i] != b.Dims[i] || a.Dims[i] != 1 && (int(a.Strides[i]) != n || int(b.Strides[i]) != n) {
			break
		}
		n *= int(a.Dims[i])
		a.Dims[i], b.Dims[i] = 1, 1
	}
	return n
}

func cpuOutOfRange(idx *Array, n int) (int, int64) {
	c := compact(idx)
	for i, v := range Slice[int64](c)[:c.Numel()] {
		if v < 0 || v >= int64(n) {
			return i, v
		}
	}
	return -1, 0
}

func cpuIndexSelect(dst, x, idx *Array, dim int) {
	switch dst.Type.Size() {
	case 4:
		indexSelect[uint32](dst, x, idx, dim)
	case 8:
		indexSelect[uint64](dst, x, idx, dim)
	default:
		indexSelect[uint8](dst, x, idx, dim)
	}
}

func indexSelect[T bits](dst, x, idx *Array, dim int) {
	if dst.Numel() == 0 {
		return
	}
	d, xs, at := raw[T](dst), raw[T](x), Slice[int64](compact(idx))
	sd, sx, count := dst.Stride(dim), x.Stride(dim), dst.Size(dim)
	rd, rx := along(dst, dim), along(x, dim)
	n := run(rd, rx, dim)
	rows := func(off [maxOperands]int, lo, hi int) {
		for j := lo; j < hi; j++ {
			from := off[1] + int(at[j])*sx
			if n == 1 {
				d[off[0]+j*sd] = xs[from]
			} else {
				copy(d[off[0]+j*sd:][:n], xs[from:])
			}
		}
	}
	s := newNest(rd, rx)
	if rd.Numel() == 1 { // a table's rows: split the indices
		pool.For(count, max(1, grain/2/n), func(lo, hi int) { rows(s.offs, lo, hi) })
		return
	}
	s.positions(n*count, func(off [maxOperands]int) { rows(off, 0, count) })
}

func cpuIndexAdd(dst, src, idx *Array, dim int) {
	switch dst.Type {
	case Float32:
		indexAdd[float32](dst, src, idx, dim)
	case Float64:
		indexAdd[float64](dst, src, idx, dim)
	case Int64:
		indexAdd[int64](dst, src, idx, dim)
	case Int32:
		indexAdd[int32](dst, src, idx, dim)
	case Uint8:
		indexAdd[uint8](dst, src, idx, dim)
	}
}

func indexAdd[T kernel.Number](dst, src, idx *Array, dim int) {
	if src.Numel() == 0 {
		return
	}
	d, xs, at := Slice[T](dst), Slice[T](src), Slice[int64](compact(idx))
	sd, sx, count := dst.Stride(dim), src.Stride(dim), src.Size(dim)
	rd, rx := along(dst, dim), along(src, dim)
	n := run(rd, rx, dim)
	columns := func(off [maxOperands]int, lo, hi int) {
		for j := range count {
			to, from := off[0]+int(at[j])*sd, off[1]+j*sx
			if n == 1 {
				d[to] += xs[from]
			} else {
				row := d[to+lo : to+hi]
				kernel.Binary(kernel.Add, row, row, xs[from+lo:from+hi])
			}
		}
	}
	s := newNest(rd, rx)
	if rd.Numel() == 1 { // several indices may name one row: split the columns
		pool.For(n, max(16, grain/2/count), func(lo, hi int) { columns(s.offs, lo, hi) })
		return
	}
	s.positions(n*count, func(off [maxOperands]int) { columns(off, 0, n) })
}

func cpuGather(dst, x, idx *Array, dim int) {
	switch dst.Type.Size() {
	case 4:
		gatherAlong[uint32](dst, x, idx, dim)
	case 8:
		gatherAlong[uint64](dst, x, idx, dim)
	default:
		gatherAlong[uint8](dst, x, idx, dim)
	}
}

func gatherAlong[T bits](dst, x, idx *Array, dim int) {
	if dst.Numel() == 0 {
		return
	}
	d, xs, at := raw[T](dst), raw[T](x), Slice[int64](idx)
	sd, sx, si, count := dst.Stride(dim), x.Stride(dim), idx.Stride(dim), dst.Size(dim)
	s := newNest(along(dst, dim), along(x, dim), along(idx, dim))
	s.positions(count, func(off [maxOperands]int) {
		for j := range count {
			d[off[0]+j*sd] = xs[off[1]+int(at[off[2]+j*si])*sx]
		}
	})
}

func cpuScatterAdd(dst, src, idx *Array, dim int) {
	switch dst.Type {
	case Float32:
		scatterAdd[float32](dst, src, idx, dim)
	case Float64:
		scatterAdd[float64](dst, src, idx, dim)
	case Int64:
		scatterAdd[int64](dst, src, idx, dim)
	case Int32:
		scatterAdd[int32](dst, src, idx, dim)
	case Uint8:
		scatterAdd[uint8](dst, src, idx, dim)
	}
}

func scatterAdd[T kernel.Number](dst, src, idx *Array, dim int) {
	if src.Numel() == 0 {
		return
	}
	d, xs, at := Slice[T](dst), Slice[T](src), Slice[int64](idx)
	sd, sx, si, count := dst.Stride(dim), src.Stride(dim), idx.Stride(dim), src.Size(dim)
	s := newNest(along(src, dim), along(dst, dim), along(idx, dim))
	s.positions(count, func(off [maxOperands]int) {
		for j := range count {
			d[off[1]+int(at[off[2]+j*si])*sd] += xs[off[0]+j*sx]
		}
	})
}

func cpuSort(values, idx, x *Array, dim int, descending bool) {
	switch x.Type {
	case Float32:
		sortAlong[float32](values, idx, x, dim, descending)
	case Float64:
		sortAlong[float64](values, idx, x, dim, descending)
	case Int64:
		sortAlong[int64](values, idx, x, dim, descending)
	case Int32:
		sortAlong[int32](values, idx, x, dim, descending)
	case Uint8, Bool: // false < true
		v, b := *values, *x
		v.Type, b.Type = Uint8, Uint8
		sortAlong[uint8](&v, idx, &b, dim, descending)
	}
}

func sortAlong[T kernel.Number](values, idx, x *Array, dim int, descending bool) {
	if x.Numel() == 0 {
		return
	}
	v, at, xs := Slice[T](values), Slice[int64](idx), Slice[T](x)
	sv, si, sx, count := values.Stride(dim), idx.Stride(dim), x.Stride(dim), x.Size(dim)
	type memory struct {
		row     []T
		from    []int64
		scratch []kernel.Entry[T]
	}
	memories := sync.Pool{New: func() any {
		return &memory{make([]T, count), make([]int64, count), make([]kernel.Entry[T], 2*count)}
	}}
	s := newNest(along(values, dim), along(idx, dim), along(x, dim))
	s.positions(8*count, func(off [maxOperands]int) {
		m := memories.Get().(*memory)
		defer memories.Put(m)
		row, from := m.row, m.from
		for j := range row {
			row[j] = xs[off[2]+j*sx]
		}
		kernel.Sort(row, from, m.scratch, descending)
		for j := range row {
			v[off[0]+j*sv], at[off[1]+j*si] = row[j], from[j]
		}
	})
}
