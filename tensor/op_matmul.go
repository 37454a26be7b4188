package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// MatMul returns the matrix product, with PyTorch's rules: [m,k] times [k,n] is
// [m,n]; a vector at the left is a row, at the right a column, and its dimension
// is dropped from the result; leading dimensions are batches and broadcast. t and
// o must be float.
func (t *Tensor) MatMul(o *Tensor) *Tensor {
	notNil("MatMul", t, o)
	floats("MatMul", t, o)
	if t.a.Rank == 0 || o.a.Rank == 0 {
		badShape("MatMul", []*Tensor{t, o}, "both need at least one dimension; use Mul for scalars")
	}
	a, b := t, o
	if a.a.Rank == 1 {
		a = a.Unsqueeze(0)
	}
	if b.a.Rank == 1 {
		b = b.Unsqueeze(1)
	}
	ar, br := int(a.a.Rank), int(b.a.Rank)
	if a.a.Dims[ar-1] != b.a.Dims[br-2] {
		badShape("MatMul", []*Tensor{t, o}, "the inner lengths must agree, %d is not %d", a.a.Dims[ar-1], b.a.Dims[br-2])
	}
	fold := ar > 2 && br == 2 && a.a.Contiguous()
	shape := a.Shape()
	if fold { // one product of all rows
		a = a.Reshape(rowsOf(a, a.a.Size(ar-1)), a.a.Size(ar-1))
	}
	y := a.matMul(b, []*Tensor{t, o})
	if fold {
		shape[ar-1] = b.a.Size(br - 1)
		y = y.Reshape(shape...)
	}
	if t.a.Rank == 1 {
		y = y.Squeeze(-2)
	}
	if o.a.Rank == 1 {
		y = y.Squeeze(-1)
	}
	return y
}

// matMul multiplies operands of at least two dimensions.
func (t *Tensor) matMul(o *Tensor, given []*Tensor) *Tensor {
	s := begin("MatMul", t, o)
	ar, br := int(t.a.Rank), int(o.a.Rank)
	var dims [MaxDims]int32
	rank := 2
	if ar > 2 || br > 2 {
		ba, bb := t.a, o.a
		ba.Rank -= 2
		bb.Rank -= 2
		var ok bool
		dims, rank, ok = nd.BroadcastShape(&ba, &bb)
		if !ok {
			badShape("MatMul", given, "the leading (batch) dimensions must be equal or 1")
		}
		rank += 2
	}
	dims[rank-2], dims[rank-1] = t.a.Dims[ar-2], o.a.Dims[br-1]
	y := shaped(s, t.device(), t.a.Type, dims, rank)
	a, b := batched(&t.a, dims, rank), batched(&o.a, dims, rank)
	t.device().MatMul(&y.a, &a, &b, false)
	if n := record("matmul", backMatMul, y, t, o); n != nil {
		n.save(0, t)
		n.save(1, o)
	}
	return y
}

// batched is a with its leading dimensions broadcast to those of dims.
func batched(a *nd.Array, dims [MaxDims]int32, rank int) nd.Array {
	if rank == 2 {
		return *a
	}
	r := int(a.Rank)
	dims[rank-2], dims[rank-1] = a.Dims[r-2], a.Dims[r-1]
	return a.Broadcast(dims, rank)
}

func backMatMul(c *context) {
	if c.needs(0) {
		b := c.saved(1)
		c.set(0, c.grad.matMul(b.Transpose(-1, -2), []*Tensor{c.grad, b}))
	}
	if c.needs(1) {
		a := c.saved(0)
		c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}))
	}
}
