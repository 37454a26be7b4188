package nd

// maxOperands is the greatest number of arrays that one loop walks together.
const maxOperands = 4

// nest is a loop nest over operands of one shape, the result first: dimensions of
// length 1 are dropped and neighbours that every operand walks as one are merged,
// so that most nests end up with one or two dimensions.
type nest struct {
	rank    int
	n       int // operands
	dims    [MaxDims]int
	strides [maxOperands][MaxDims]int
	offs    [maxOperands]int
}

// newNest aligns the operands at the right and broadcasts them to the first one's
// shape. Offsets are relative to each operand's first element.
func newNest(ops ...*Array) nest {
	var s nest
	s.n = len(ops)
	out := ops[0]
	for i := range int(out.Rank) {
		d := int(out.Dims[i])
		if d == 1 {
			continue
		}
		var st [maxOperands]int
		for k, a := range ops {
			j := i - (int(out.Rank) - int(a.Rank))
			if j >= 0 && a.Dims[j] != 1 {
				st[k] = int(a.Strides[j])
			}
		}
		if r := s.rank - 1; r >= 0 {
			merge := true
			for k := range s.n {
				if s.strides[k][r] != st[k]*d {
					merge = false
					break
				}
			}
			if merge {
				s.dims[r] *= d
				for k := range s.n {
					s.strides[k][r] = st[k]
				}
				continue
			}
		}
		s.dims[s.rank] = d
		for k := range s.n {
			s.strides[k][s.rank] = st[k]
		}
		s.rank++
	}
	if s.rank == 0 {
		s.dims[0], s.rank = 1, 1
		for k := range s.n {
			s.strides[k][0] = 1
		}
	}
	return s
}

// inner is the length of the innermost dimension, outer the number of times it is
// walked.
func (s *nest) inner() int { return s.dims[s.rank-1] }

func (s *nest) outer() int {
	n := 1
	for _, d := range s.dims[:s.rank-1] {
		n *= d
	}
	return n
}

// innerStride is operand k's stride in the innermost dimension.
func (s *nest) innerStride(k int) int { return s.strides[k][s.rank-1] }

// height is the number of rows side by side along the dimension before the innermost one.
func (s *nest) height() int {
	if s.rank < 2 {
		return 1
	}
	return s.dims[s.rank-2]
}

// row is a place in the outer dimensions of a nest.
type row struct {
	index [MaxDims]int
	off   [maxOperands]int // where the operands' rows begin
}

// row is the r-th row.
func (s *nest) row(r int) row {
	p := row{off: s.offs}
	for i := s.rank - 2; i >= 0; i-- {
		p.index[i] = r % s.dims[i]
		r /= s.dims[i]
		for k := range s.n {
			p.off[k] += p.index[i] * s.strides[k][i]
		}
	}
	return p
}

// advance goes on by some rows, not beyond the next that starts a dimension anew.
func (p *row) advance(s *nest, rows int) {
	for i := s.rank - 2; i >= 0; i-- {
		p.index[i] += rows
		for k := range s.n {
			p.off[k] += rows * s.strides[k][i]
		}
		if p.index[i] < s.dims[i] {
			return
		}
		for k := range s.n {
			p.off[k] -= s.dims[i] * s.strides[k][i]
		}
		p.index[i], rows = 0, 1
	}
}

// rows calls f with the operands' offsets for outer rows lo to hi.
func (s *nest) rows(lo, hi int, f func(off [maxOperands]int)) {
	p := s.row(lo)
	for row := lo; row < hi; row++ {
		f(p.off)
		p.advance(s, 1)
	}
}
