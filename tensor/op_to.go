package tensor

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// To returns t with another element type: t itself if it has that type already. A
// float becomes an integer by truncation, anything but 0 becomes true. Gradients
// flow between float types.
func (t *Tensor) To(dtype DType) *Tensor {
	s := begin("To", t)
	if dtype == t.a.Type {
		return t
	}
	if dtype > Bool {
		badType("To", []*Tensor{t}, "there is no element type %d", dtype)
	}
	y := likeType(s, t, dtype)
	t.device().Copy(&y.a, &t.a)
	if !dtype.IsFloat() || !t.a.Type.IsFloat() {
		return untracked("to", y, t)
	}
	record("to", backTo, y, t)
	return y
}

func backTo(c *context) { c.set(0, c.grad.To(c.n.edge(0).node.dtype)) }
