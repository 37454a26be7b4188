package kernel

// square is the side of the squares in which a matrix is transposed: both the rows read
// and those written stay in the cache.
const square = 32

// Transpose copies m rows of n: d[i*sd+j] = x[j*sx+i].
func Transpose[T any](d, x []T, m, n, sd, sx int) {
	words, ok := as[uint32](d)
	f := Active().Transpose32
	if !ok || f == nil || m < 8 || n < 8 {
		transposeGeneric(d, x, m, n, sd, sx)
		return
	}
	from, _ := as[uint32](x)
	wholeM, wholeN := m&^7, n&^7
	f(words, from, wholeM, wholeN, sd, sx)
	if wholeN < n {
		transposeGeneric(d[wholeN:], x[wholeN*sx:], wholeM, n-wholeN, sd, sx)
	}
	if wholeM < m {
		transposeGeneric(d[wholeM*sd:], x[wholeM:], m-wholeM, n, sd, sx)
	}
}

func transposeGeneric[T any](d, x []T, m, n, sd, sx int) {
	for j := 0; j < n; j += square {
		w := min(square, n-j)
		for i := range m {
			row, column := d[i*sd+j:][:w], x[j*sx+i:]
			for k := range row {
				row[k] = column[k*sx]
			}
		}
	}
}
