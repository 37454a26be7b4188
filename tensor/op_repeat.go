package tensor

// Repeat returns a copy of t repeated times[i] times along dimension i; times may name
// more dimensions than t has, which then lead. It is NumPy's tile.
func (t *Tensor) Repeat(times ...int) *Tensor {
	begin("Repeat", t)
	lead := len(times) - int(t.a.Rank)
	if lead < 0 || len(times) > MaxDims {
		badShape("Repeat", []*Tensor{t}, "%d to %d numbers are wanted, not %v", t.a.Rank, MaxDims, times)
	}
	shape := make([]int, lead, len(times))
	for i := range shape {
		shape[i] = 1
	}
	shape = append(shape, t.Shape()...)
	want := make([]int, len(times))
	for d, n := range times {
		if n < 0 {
			badShape("Repeat", []*Tensor{t}, "numbers of repetitions must not be negative, in %v", times)
		}
		checkShape("Repeat", []int{n})
		want[d] = n * shape[d]
	}
	checkShape("Repeat", want)
	y := t.Reshape(shape...)
	for d, n := range times {
		if n == 1 {
			continue
		}
		// [outer, n times, inner] has three dimensions whatever t has
		outer, inner := 1, 1
		for i, l := range shape {
			if i < d {
				outer *= l
			} else {
				inner *= l
			}
		}
		shape[d] *= n
		y = y.Reshape(outer, 1, inner).Expand(outer, n, inner).Reshape(shape...)
	}
	if y.a.Buf == t.a.Buf { // nothing was repeated, or a single element
		return y.Clone()
	}
	return y
}
