package nd

import "github.com/lumen-ml/lumen/internal/pool"

// tile is the part of a nest that goes to a kernel at once: rows of n elements each,
// whole ones of the innermost dimension, or a part of one.
type tile struct {
	nest    *nest
	rows, n int
	off     [maxOperands]int // where each operand's begins
	held    [maxOperands]held
	scratch *scratch
}

// held says what block k of the scratch memory holds: rows of n elements from an offset
// of the operand on. An operand that is broadcast is gathered once for many tiles.
type held struct{ off, rows, n int }

// grain is the number of elements below which work is not split over threads.
const grain = 32 << 10

// shortRow is the length from which a row is worth a call of a kernel.
const shortRow = 64

// tiles calls f with every tile of the nest, on the pool. Rows in which every operand has
// its elements side by side, or with numbers the same one all along, are one tile each if
// they are not short. Else a tile has up to a block of elements.
func (s *nest) tiles(numbers bool, f func(t *tile)) {
	n := s.inner()
	rows, piece := 1, n
	if n < shortRow {
		rows = block / max(n, 1)
	} else if !s.straight(numbers) {
		if rows = block / n; rows < 2 {
			rows, piece = 1, block
		}
	}
	s.cut(rows, piece, f)
}

// straight: see tiles.
func (s *nest) straight(numbers bool) bool {
	for k := range s.n {
		if st := s.innerStride(k); st != 1 && (st != 0 || !numbers) {
			return false
		}
	}
	return true
}

// split calls f, on the pool, with the operands' offsets for whole rows, or for parts of
// n elements of long ones.
func (s *nest) split(f func(off [maxOperands]int, n int)) {
	s.cut(1, s.inner(), func(t *tile) { f(t.off, t.n) })
}

// cut calls f, on the pool, with tiles of so many whole rows, or of pieces of one.
func (s *nest) cut(rows, piece int, f func(t *tile)) {
	n, outer := s.inner(), s.outer()
	switch {
	case n == 0 || outer == 0:
	case outer*n < grain:
		s.walk(0, outer, 0, n, rows, piece, f)
	case outer < 8 && n >= grain: // few long rows: each is cut
		for row := range outer {
			pool.For(n, grain/2, func(lo, hi int) { s.walk(row, row+1, lo, hi, 1, piece, f) })
		}
	default:
		pool.For(outer, max(1, grain/2/n), func(lo, hi int) { s.walk(lo, hi, 0, n, rows, piece, f) })
	}
}

// walk calls f with the tiles of the elements from to to of the rows lo to hi.
func (s *nest) walk(lo, hi, from, to, rows, piece int, f func(t *tile)) {
	b := scratches.Get().(*scratch)
	t := &b.tile
	*t = tile{nest: s, scratch: b}
	row := s.row(lo)
	for at := lo; at < hi; {
		count := min(rows, s.height()-row.index[max(s.rank-2, 0)], hi-at)
		if rows > 1 {
			t.rows, t.n, t.off = count, to-from, row.off
			f(t)
		} else {
			t.rows = 1
			for i := from; i < to; i += piece {
				t.n = min(piece, to-i)
				for k := range s.n {
					t.off[k] = row.off[k] + i*s.innerStride(k)
				}
				f(t)
			}
		}
		row.advance(s, count)
		at += count
	}
	t.nest = nil
	scratches.Put(b)
}

// rowStep is how far operand k's rows of the tile are apart.
func (t *tile) rowStep(k int) int {
	if t.rows == 1 {
		return t.n
	}
	return t.nest.strides[k][t.nest.rank-2]
}

// together reports whether operand k's elements lie side by side in the tile, one whether
// they are all the same one.
func (t *tile) together(k int) bool { return t.nest.innerStride(k) == 1 && t.rowStep(k) == t.n }
func (t *tile) one(k int) bool {
	return t.nest.innerStride(k) == 0 && (t.rows == 1 || t.rowStep(k) == 0)
}

// read is operand k of the tile, which is x from its first element on: the memory itself
// where the elements lie side by side, else a copy.
func read[T any](t *tile, k int, x []T) []T {
	m := t.rows * t.n
	if t.together(k) {
		return x[t.off[k]:][:m]
	}
	b := blockOf[T](t.scratch, k)[:m]
	if h := &t.held[k]; h.off == t.off[k] && h.n == t.n && h.rows >= t.rows {
		return b
	}
	t.held[k] = held{t.off[k], t.rows, t.n}
	inner, step := t.nest.innerStride(k), t.rowStep(k)
	if step == 0 {
		gather(b[:t.n], x[t.off[k]:], inner)
		for done := t.n; done < m; done *= 2 {
			copy(b[done:], b[:done])
		}
		return b
	}
	for r := range t.rows {
		gather(b[r*t.n:][:t.n], x[t.off[k]+r*step:], inner)
	}
	return b
}

// gather copies elements of x that are a stride apart.
func gather[T any](b, x []T, stride int) {
	switch stride {
	case 0:
		fillSlice(b, x[0])
	case 1:
		copy(b, x)
	case 2:
		x = x[:2*len(b)-1]
		for i := range b {
			b[i] = x[2*i]
		}
	default:
		for i := range b {
			b[i] = x[i*stride]
		}
	}
}

// destination is where a kernel writes the tile's result, which is the first operand: into d, or
// into a block from which written puts it there.
func destination[T any](t *tile, d []T) []T {
	if t.together(0) {
		return d[t.off[0]:][:t.rows*t.n]
	}
	return blockOf[T](t.scratch, 0)[:t.rows*t.n]
}

func written[T any](t *tile, d, b []T) {
	if t.together(0) {
		return
	}
	inner, step := t.nest.innerStride(0), t.rowStep(0)
	for r := range t.rows {
		row, to := b[r*t.n:][:t.n], d[t.off[0]+r*step:]
		if inner == 1 {
			copy(to, row)
			continue
		}
		for i, v := range row {
			to[i*inner] = v
		}
	}
}
