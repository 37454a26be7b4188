package tensor

// Tril returns the lower triangle of matrices [..., rows, columns], zero elsewhere:
// elements with column <= row + k are kept.
func (t *Tensor) Tril(k int) *Tensor { return t.triangle("Tril", "tril", k, false) }

// Triu returns the upper triangle of matrices [..., rows, columns], zero elsewhere:
// elements with column >= row + k are kept.
func (t *Tensor) Triu(k int) *Tensor { return t.triangle("Triu", "triu", k, true) }

func (t *Tensor) triangle(op, name string, k int, upper bool) *Tensor {
	s := begin(op, t)
	r := int(t.a.Rank)
	if r < 2 {
		badShape(op, []*Tensor{t}, "matrices are wanted: at least 2 dimensions")
	}
	y := like(s, t)
	dev := t.device()
	dev.Fill(&y.a, 0)
	rows, columns := t.a.Size(r-2), t.a.Size(r-1)
	k = min(max(k, -rows), columns) // all or nothing beyond that
	for i := range rows {
		lo, hi := 0, min(max(i+k+1, 0), columns)
		if upper {
			lo, hi = min(max(i+k, 0), columns), columns
		}
		from, to := t.a, y.a // this row of all matrices
		from.Off += i*t.a.Stride(r-2) + lo*t.a.Stride(r-1)
		to.Off += i*y.a.Stride(r-2) + lo*y.a.Stride(r-1)
		from.Dims[r-2], from.Dims[r-1] = 1, int32(hi-lo)
		to.Dims = from.Dims
		if from.Numel() > 0 {
			dev.Copy(&to, &from)
		}
	}
	if !y.a.Type.IsFloat() {
		return untracked(name, y, t)
	}
	back := backTril
	if upper {
		back = backTriu
	}
	if n := record(name, back, y, t); n != nil {
		n.i[0] = k
	}
	return y
}

func backTril(c *context) { c.set(0, c.grad.Tril(c.n.i[0])) }
func backTriu(c *context) { c.set(0, c.grad.Triu(c.n.i[0])) }
