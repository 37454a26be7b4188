package nd

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// moments are the mean and the sum of squared deviations from it of count elements
// each.
type moments struct {
	mean, m2 []float64
	count    int
}

func meanVar[T kernel.Float](mean, m2, x *Array, mask uint8) {
	a, b := Slice[T](mean), Slice[T](m2)
	if mean.Numel() == 0 {
		return
	}
	if x.Numel() == 0 {
		fillSlice(a[:mean.Numel()], 0)
		fillSlice(b[:mean.Numel()], 0)
		return
	}
	list, x := axes(mean, x, mask)
	values := Slice[T](x)[:size(list)]
	if !reduces(list) {
		list = append(list, axis{n: 1, reduced: true})
	}
	at := lastReduced(list)
	var m moments
	if at == len(list)-1 {
		m = momentsOfRows(values, list[at].n)
	} else {
		m = momentsOfColumns(values, list[at].n, size(list[at+1:]))
	}
	for list = slices.Delete(list, at, at+1); reduces(list); list = slices.Delete(list, at, at+1) {
		at = lastReduced(list)
		m.join(list[at].n, size(list[at+1:]))
	}
	means, sums := make([]T, len(m.mean)), make([]T, len(m.mean))
	for i := range means {
		means[i], sums[i] = T(m.mean[i]), T(m.m2[i])
	}
	place(mean, list, means)
	place(m2, list, sums)
}

func momentsOfRows[T kernel.Float](x []T, n int) moments {
	rows := len(x) / n
	m := moments{make([]float64, rows), make([]float64, rows), n}
	pool.For(rows, max(1, grain/n), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			m.mean[i], m.m2[i] = kernel.MeanVar(x[i*n:][:n])
		}
	})
	return m
}

// momentsOfColumns does matrices of rows x n, a stretch of columns at a time, in two
// passes.
func momentsOfColumns[T kernel.Float](x []T, rows, n int) moments {
	matrices := len(x) / (rows * n)
	m := moments{make([]float64, matrices*n), make([]float64, matrices*n), rows}
	const width = 64
	stretches := (n + width - 1) / width
	pool.For(matrices*stretches, max(1, grain/(rows*min(n, width))), func(lo, hi int) {
		for k := lo; k < hi; k++ {
			matrix, from := k/stretches, k%stretches*width
			columns := min(width, n-from)
			mean, m2 := m.mean[matrix*n+from:][:columns], m.m2[matrix*n+from:][:columns]
			part := x[matrix*rows*n+from:]
			for i := range rows {
				row := part[i*n:][:len(mean)]
				for j := range mean {
					mean[j] += float64(row[j])
				}
			}
			for j := range mean {
				mean[j] /= float64(rows)
			}
			for i := range rows {
				row, m2 := part[i*n:][:len(mean)], m2[:len(mean)]
				for j, u := range mean {
					d := float64(row[j]) - u
					m2[j] += d * d
				}
			}
		}
	})
	return m
}

// join combines the moments of rows, n apart, to one row, in each matrix of rows x n.
func (m *moments) join(rows, n int) {
	matrices := len(m.mean) / (rows * n)
	out := moments{make([]float64, matrices*n), make([]float64, matrices*n), m.count * rows}
	for k := range matrices {
		for j := range n {
			at := k*rows*n + j
			mean, m2 := m.mean[at], m.m2[at]
			for i := 1; i < rows; i++ {
				mean, m2 = kernel.CombineMoments(i*m.count, mean, m2, m.count, m.mean[at+i*n], m.m2[at+i*n])
			}
			out.mean[k*n+j], out.m2[k*n+j] = mean, m2
		}
	}
	*m = out
}
