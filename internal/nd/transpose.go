package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// square is how many rows are transposed together: see kernel.Transpose.
const square = 32

// moveTransposed copies where the result lies along the innermost dimension and the
// operand along another one, a square at a time, and says whether it was such a copy.
func moveTransposed[T bits](d, x []T, s *nest) bool {
	last := s.rank - 1
	cross := -1 // the dimension along which the operand lies
	for i := range last {
		if s.strides[1][i] == 1 {
			cross = i
		}
	}
	n := s.inner()
	if cross < 0 || s.strides[0][last] != 1 || s.strides[1][last] <= 1 || s.dims[cross] < 8 || n < 8 {
		return false
	}
	m, sd, sx := s.dims[cross], s.strides[0][cross], s.strides[1][last]
	o := *s // the matrices: what is left without the two dimensions
	copy(o.dims[cross:], o.dims[cross+1:s.rank])
	for k := range o.strides {
		copy(o.strides[k][cross:], o.strides[k][cross+1:s.rank])
	}
	o.rank--
	o.dims[o.rank-1] = 1
	for k := range o.strides {
		o.strides[k][o.rank-1] = 0
	}
	stripes := (m + square - 1) / square
	pool.For(o.outer()*stripes, max(1, grain/2/(n*square)), func(lo, hi int) {
		first, stripe := lo/stripes, lo%stripes
		left := hi - lo
		o.rows(first, (hi+stripes-1)/stripes, func(off [maxOperands]int) {
			for ; stripe < stripes && left > 0; stripe, left = stripe+1, left-1 {
				from := stripe * square
				kernel.Transpose(d[off[0]+from*sd:], x[off[1]+from:], min(square, m-from), n, sd, sx)
			}
			stripe = 0
		})
	})
	return true
}
