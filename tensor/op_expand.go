package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Expand returns a view in which dimensions of length 1 are repeated to the given
// lengths, without copying; -1 keeps a length, further dimensions may lead.
func (t *Tensor) Expand(shape ...int) *Tensor {
	begin("Expand", t)
	lead := len(shape) - int(t.a.Rank)
	if lead < 0 || len(shape) > MaxDims {
		badShape("Expand", []*Tensor{t}, "a shape of %d to %d dimensions is wanted, not %v", t.a.Rank, MaxDims, shape)
	}
	want := make([]int, len(shape))
	var dims [MaxDims]int32
	for i, d := range shape {
		if d == -1 && i >= lead {
			d = t.a.Size(i - lead)
		}
		if d < 0 || d > nd.MaxElements || i >= lead && t.a.Size(i-lead) != 1 && t.a.Size(i-lead) != d {
			badShape("Expand", []*Tensor{t}, "only lengths of 1 can be repeated, not to %v", shape)
		}
		want[i], dims[i] = d, int32(d)
	}
	checkShape("Expand", want)
	return t.expand(dims, len(shape))
}

// expand is Expand to a shape that is known to fit.
func (t *Tensor) expand(dims [MaxDims]int32, rank int) *Tensor {
	if int(t.a.Rank) == rank && t.a.Dims == dims {
		return t
	}
	y := t.view(begin("Expand", t))
	y.a = t.a.Broadcast(dims, rank)
	record("expand", backExpand, y, t)
	return y
}

func backExpand(c *context) { c.set(0, c.grad) } // set sums to the input's shape
