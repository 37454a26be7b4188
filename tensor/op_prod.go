package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Prod returns the product over the given dimensions, which are dropped; over all of
// them if none is given. Integers and bools give int64. The product of nothing is 1.
//
// The gradient of an element is the product of the others, formed without dividing,
// so that it is right with zeros among them.
func (t *Tensor) Prod(dims ...int) *Tensor {
	s := begin("Prod", t)
	mask := t.mask("Prod", dims)
	x := t
	if !t.a.Type.IsFloat() {
		x = t.To(Int64)
	}
	y, out := reduction(s, x, mask, x.a.Type, false)
	x.device().Reduce(kernel.Prod, &out, &x.a, mask)
	if n := record("prod", backProd, y, x); n != nil {
		n.save(0, x)
		n.i[0] = int(mask)
	}
	return y
}

func backProd(c *context) {
	mask := uint8(c.n.i[0])
	x := c.saved(0)
	if x.Numel() == 0 {
		c.set(0, x.zeros())
		return
	}
	// The reduced dimensions go last and become one.
	order, kept := make([]int, 0, MaxDims), 1
	for i := range int(x.a.Rank) {
		if mask>>i&1 == 0 {
			order = append(order, i)
			kept *= x.a.Size(i)
		}
	}
	order = append(order, dimsOf(mask)...)
	sorted := x.Permute(order...)
	others := sorted.Reshape(kept, x.count(mask)).others().Reshape(sorted.Shape()...)
	back := make([]int, len(order))
	for i, d := range order {
		back[d] = i
	}
	c.set(0, others.Permute(back...).Mul(c.unreduced(c.grad, mask)))
}

// others returns, for each element of a [rows, n] tensor, the product of the others
// in its row: a pair's members have as others each other and what the pair has.
func (t *Tensor) others() *Tensor {
	n := t.a.Size(1)
	if n == 1 {
		one := like(t.scope, t)
		one.device().Fill(&one.a, 1)
		return one
	}
	half := n / 2
	a, b := t.Slice(1, 0, half, 1), t.Slice(1, half, 2*half, 1)
	pairs := a.Mul(b)
	if n%2 == 1 {
		pairs = Concat(1, pairs, t.Slice(1, n-1, n, 1))
	}
	rest := pairs.others()
	ofPair := rest.Slice(1, 0, half, 1)
	parts := []*Tensor{ofPair.Mul(b), ofPair.Mul(a)}
	if n%2 == 1 {
		parts = append(parts, rest.Slice(1, half, half+1, 1))
	}
	return Concat(1, parts...)
}
