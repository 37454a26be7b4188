package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// LinearOptions are the options of [Linear].
type LinearOptions struct {
	Activation Activation // applied to the result
}

// Linear returns x W^T + b: x is [..., in], w [out, in], b [out] or nil; the result
// is [..., out]. It is one operation, torch.nn.functional.linear, followed by the
// activation of the options. ReLU, Tanh and Sigmoid are applied while the result is
// in the cache; the bits are those of the two operations one after the other.
func Linear(x, w, b *Tensor, o ...LinearOptions) *Tensor {
	notNil("Linear", x, w)
	s := begin("Linear", x, w, b)
	floats("Linear", x, w, b)
	if x.a.Rank < 1 || w.a.Rank != 2 || x.a.Dims[x.a.Rank-1] != w.a.Dims[1] {
		badShape("Linear", []*Tensor{x, w, b}, "input [..., in] and weight [out, in] are wanted; they disagree about in")
	}
	if b != nil && (b.a.Rank != 1 || b.a.Dims[0] != w.a.Dims[0]) {
		badShape("Linear", []*Tensor{x, w, b}, "the bias must be [out], [%d]", w.a.Dims[0])
	}
	if len(o) > 1 {
		badShape("Linear", []*Tensor{x, w, b}, "one LinearOptions is wanted, not %d", len(o))
	}
	later := ActNone
	if len(o) == 1 {
		later = o[0].Activation
	}
	now := ActNone
	if s.fusible(later) {
		now, later = later, ActNone
	}
	dims := x.a.Dims
	dims[x.a.Rank-1] = w.a.Dims[0]
	y := shaped(s, x.device(), x.a.Type, dims, int(x.a.Rank))
	var bias *nd.Array
	if b != nil {
		bias = &b.contiguous().a
	}
	y.device().Linear(asRows(&y.a), x.rows(), &w.a, bias, nd.Activation(now))
	if n := record("linear", backLinear, y, x, w, b); n != nil {
		n.save(0, x)
		n.save(1, w)
		if now != ActNone {
			n.save(2, y)
			n.i[0] = int(now)
		}
	}
	return y.Activate(later)
}

func backLinear(c *context) {
	g, x, w := c.grad, c.saved(0), c.saved(1)
	if a := Activation(c.n.i[0]); a != ActNone {
		g = activationGrad(g, c.saved(2), a)
	}
	if c.create {
		rows, in, out := rowsOf(x, w.a.Size(1)), w.a.Size(1), w.a.Size(0)
		if c.needs(0) {
			c.set(0, g.MatMul(w))
		}
		g = g.Reshape(rows, out)
		if c.needs(1) {
			c.set(1, g.Transpose(0, 1).MatMul(x.Reshape(rows, in)))
		}
		if c.needs(2) {
			c.set(2, g) // set sums to [out]
		}
		return
	}
	s := begin("linear", g, x, w)
	var dx, dw, db *Tensor
	var to [3]*nd.Array
	if c.needs(0) {
		dx = shaped(s, g.device(), g.a.Type, x.a.Dims, int(x.a.Rank))
		to[0] = asRows(&dx.a)
	}
	if c.needs(1) {
		dw = like(s, w)
		to[1] = &dw.a
	}
	if c.needs(2) {
		db = shaped(s, g.device(), g.a.Type, w.a.Dims, 1)
		to[2] = &db.a
	}
	g.device().LinearBack(to[0], to[1], to[2], g.rows(), x.rows(), &w.a)
	for i, d := range []*Tensor{dx, dw, db} {
		if d != nil {
			c.set(i, d)
		}
	}
}

// rows is t as a matrix of vectors along its last dimension; a matrix is itself, with
// its strides, anything else is made contiguous.
func (t *Tensor) rows() *nd.Array {
	if t.a.Rank == 2 {
		return &t.a
	}
	return asRows(&t.contiguous().a)
}

// asRows is a contiguous array as a matrix of the vectors along its last dimension.
func asRows(a *nd.Array) *nd.Array {
	if a.Rank == 2 {
		return a
	}
	m := *a
	rows := int32(1)
	for _, d := range a.Dims[:a.Rank-1] {
		rows *= d
	}
	m.Rank, m.Dims[0], m.Dims[1] = 2, rows, a.Dims[a.Rank-1]
	m.SetContiguous()
	return &m
}

// rowsOf is how many vectors along the last dimension x has.
func rowsOf(x *Tensor, last int) int {
	if last > 0 {
		return x.Numel() / last
	}
	n := 1
	for i := range int(x.a.Rank) - 1 {
		n *= x.a.Size(i)
	}
	return n
}
