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
	y2, x2 := asRows(&y.a), x.rows()
	var bias *nd.Array
	if b != nil {
		bias = &b.contiguous().a
	}
	y.device().Linear(&y2, &x2, &w.a, bias, nd.Activation(now))
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
	rows, in, out := rowsOf(x, w.a.Size(1)), w.a.Size(1), w.a.Size(0)
	if c.create {
		if c.needs(0) {
			c.set(0, g.MatMul(w))
		}
		if c.needs(1) {
			c.set(1, g.Reshape(rows, out).Transpose(0, 1).MatMul(x.Reshape(rows, in)))
		}
	} else {
		s, dev, g2 := begin("linear", g, x, w), g.device(), g.rows()
		if c.needs(0) {
			dx := shaped(s, dev, g.a.Type, x.a.Dims, int(x.a.Rank))
			dx2 := asRows(&dx.a)
			dev.MatMul(&dx2, &g2, &w.a, false)
			c.set(0, dx)
		}
		if c.needs(1) {
			dw := like(s, w)
			gt, x2 := g2, x.rows()
			gt.Dims[0], gt.Dims[1] = g2.Dims[1], g2.Dims[0]
			gt.Strides[0], gt.Strides[1] = g2.Strides[1], g2.Strides[0]
			dev.MatMul(&dw.a, &gt, &x2, false)
			c.set(1, dw)
		}
	}
	if c.needs(2) {
		if g.a.Rank > 2 {
			g = g.Reshape(rows, out) // one sum of columns
		}
		c.set(2, g) // set sums to [out]
	}
}

// rows is t as a matrix of vectors along its last dimension; a matrix keeps its
// strides, anything else is made contiguous.
func (t *Tensor) rows() nd.Array {
	if t.a.Rank == 2 {
		return t.a
	}
	return asRows(&t.contiguous().a)
}

// asRows is a contiguous array as a matrix of the vectors along its last dimension.
func asRows(a *nd.Array) nd.Array {
	m := *a
	rows := int32(1)
	for _, d := range a.Dims[:a.Rank-1] {
		rows *= d
	}
	m.Rank, m.Dims[0], m.Dims[1] = 2, rows, a.Dims[a.Rank-1]
	m.SetContiguous()
	return m
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
