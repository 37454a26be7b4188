package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Max returns the greatest elements along dim, which is dropped, and the position
// (int64) of each: of the first among equals, of the first NaN if there is one. The
// gradient goes to that element alone.
func (t *Tensor) Max(dim int) (values, indices *Tensor) { return t.extreme("Max", "max", dim, false) }

// Min returns the smallest elements along dim and their positions, with Max's rules.
func (t *Tensor) Min(dim int) (values, indices *Tensor) { return t.extreme("Min", "min", dim, true) }

func (t *Tensor) extreme(op, name string, dim int, least bool) (values, indices *Tensor) {
	s := begin(op, t)
	indices, at, d := t.argReduce(op, name, dim, least)
	values, out := reduction(s, t, 1<<d, t.a.Type, false)
	t.device().Gather(&out, &t.a, &at.a, d)
	return t.picked(name, d, values, indices), indices
}

// ArgMax returns the position (int64) of the greatest element along dim, which is
// dropped: of the first among equals, of the first NaN if there is one.
func (t *Tensor) ArgMax(dim int) *Tensor {
	y, _, _ := t.argReduce("ArgMax", "argmax", dim, false)
	return y
}

// ArgMin returns the position of the smallest element along dim, with ArgMax's rules.
func (t *Tensor) ArgMin(dim int) *Tensor {
	y, _, _ := t.argReduce("ArgMin", "argmin", dim, true)
	return y
}

// argReduce returns the positions, the same with dim kept at length 1, and dim
// counted from the front.
func (t *Tensor) argReduce(op, name string, dim int, least bool) (y *Tensor, kept Tensor, d int) {
	s := begin(op, t)
	d = t.dim(op, dim)
	y, out := reduction(s, t, 1<<d, Int64, false)
	if t.a.Dims[d] == 0 && y.Numel() > 0 {
		badShape(op, []*Tensor{t}, "dimension %d has no elements to choose from", d)
	}
	t.device().ArgReduce(&out, &t.a, d, least)
	return untracked(name, y, t), Tensor{a: out}, d
}

// MaxAll returns the greatest of all elements, without dimensions; NaN if there is
// one. Equal greatest elements share the gradient evenly, as in PyTorch's max().
func (t *Tensor) MaxAll() *Tensor { return t.extremeAll("MaxAll", "max_all", kernel.Max) }

// MinAll returns the smallest of all elements, with MaxAll's rules.
func (t *Tensor) MinAll() *Tensor { return t.extremeAll("MinAll", "min_all", kernel.Min) }

func (t *Tensor) extremeAll(op, name string, k kernel.ReduceOp) *Tensor {
	s := begin(op, t)
	if t.a.Type == Bool {
		badType(op, []*Tensor{t}, "numbers are wanted; for bools there are Any and All")
	}
	if t.Numel() == 0 {
		badShape(op, []*Tensor{t}, "there are no elements to choose from")
	}
	mask := t.mask(op, nil)
	y, out := reduction(s, t, mask, t.a.Type, false)
	t.device().Reduce(k, &out, &t.a, mask)
	if !y.a.Type.IsFloat() {
		return untracked(name, y, t)
	}
	if n := record(name, backExtremeAll, y, t); n != nil {
		n.save(0, t)
		n.save(1, y)
	}
	return y
}

func backExtremeAll(c *context) {
	x, y := c.saved(0), c.saved(1)
	hit := x.Eq(y).Or(x.IsNaN().And(y.IsNaN())) // NaN equals nothing
	share := c.grad.Div(hit.Sum().To(c.grad.a.Type))
	in := c.n.edge(0).node
	c.set(0, share.expand(in.dims, int(in.rank)).zeroWhere(hit.Not()))
}
