package kernel

// Sort sorts one row in place and writes to idx where each value came from:
// after it, values[i] is the old values[idx[i]]. It is stable; NaN counts as
// the greatest, so it comes last, or first when descending. It works in
// scratch, of at least twice the row.
func Sort[T Number](values []T, idx []int64, scratch []Entry[T], descending bool) {
	n := len(values)
	idx = idx[:n]
	from, to := scratch[:n], scratch[n:2*n]
	for i, v := range values {
		from[i] = Entry[T]{v, int64(i)}
	}
	const run = 12 // rows of this length are sorted by insertion
	for lo := 0; lo < n; lo += run {
		insertionSort(from[lo:min(lo+run, n)], descending)
	}
	for width := run; width < n; width *= 2 {
		for lo := 0; lo < n; lo += 2 * width {
			mid, hi := min(lo+width, n), min(lo+2*width, n)
			merge(to[lo:hi], from[lo:mid], from[mid:hi], descending)
		}
		from, to = to, from
	}
	for i, e := range from {
		values[i], idx[i] = e.value, e.index
	}
}

// Entry is a value and where it came from.
type Entry[T Number] struct {
	value T
	index int64
}

// before tells whether a must come before b; equals need not.
func before[T Number](a, b T, descending bool) bool {
	if descending {
		a, b = b, a
	}
	return a < b || (b != b && a == a)
}

func insertionSort[T Number](x []Entry[T], descending bool) {
	for i := 1; i < len(x); i++ {
		e := x[i]
		j := i
		for ; j > 0 && before(e.value, x[j-1].value, descending); j-- {
			x[j] = x[j-1]
		}
		x[j] = e
	}
}

// merge joins two sorted rows; of equals a's come first.
func merge[T Number](dst, a, b []Entry[T], descending bool) {
	for i := range dst {
		if len(a) == 0 || (len(b) > 0 && before(b[0].value, a[0].value, descending)) {
			dst[i], b = b[0], b[1:]
		} else {
			dst[i], a = a[0], a[1:]
		}
	}
}
