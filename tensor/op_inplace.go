package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// The rules of changes in place, which are PyTorch's: an untracked tensor changes
// freely, and so does what shares its memory. A tracked result takes the change into
// its history, so that gradients stay right; so does an untracked tensor that a
// tracked operand is put into. A leaf that collects gradients, or a view that would
// have to tell the tensor it was taken from, is refused. Backward refuses to go
// through an operation that saved the old values.

// AddInPlace adds o, broadcast to t's shape, to t and returns t. A leaf that collects
// gradients, or a view where t or o is tracked, panics with a *GraphError; a t whose
// elements share memory (Expand) with a *ShapeError.
func (t *Tensor) AddInPlace(o *Tensor) *Tensor {
	notNil("AddInPlace", t, o)
	t.beginInPlace("AddInPlace", o)
	o = t.operandInPlace("AddInPlace", o)
	t.device().Binary(kernel.Add, &t.a, &t.a, &o.a)
	t.changed("add_in_place", backAdd, o)
	return t
}

// MulInPlace multiplies t by o, broadcast to t's shape, and returns t. It panics as
// AddInPlace does.
func (t *Tensor) MulInPlace(o *Tensor) *Tensor {
	notNil("MulInPlace", t, o)
	t.beginInPlace("MulInPlace", o)
	o = t.operandInPlace("MulInPlace", o)
	var old *Tensor
	if o.node != nil {
		old = t.snapshot()
	}
	t.device().Binary(kernel.Mul, &t.a, &t.a, &o.a)
	if n := t.changed("mul_in_place", backMul, o); n != nil {
		n.save(0, old)
		n.save(1, o)
	}
	return t
}

// ReLUInPlace sets every element of t to max(t, 0), NaN to NaN, and returns t:
// torch.relu_. It panics as AddInPlace does.
func (t *Tensor) ReLUInPlace() *Tensor {
	t.beginInPlace("ReLUInPlace", nil)
	numbers("ReLUInPlace", t)
	t.device().Unary(kernel.ReLU, &t.a, &t.a, 0, 0)
	if n := t.changed("relu_in_place", backRelu, nil); n != nil {
		n.save(0, t)
	}
	return t
}

// FillInPlace sets every element of t to v, which takes t's element type, and returns
// t. It panics as AddInPlace does.
func (t *Tensor) FillInPlace(v float64) *Tensor {
	t.beginInPlace("FillInPlace", nil)
	t.device().Fill(&t.a, v)
	t.changed("fill_in_place", backZero, nil)
	return t
}

// ZeroInPlace sets every element of t to 0 (false) and returns t. It panics as
// AddInPlace does.
func (t *Tensor) ZeroInPlace() *Tensor {
	t.beginInPlace("ZeroInPlace", nil)
	t.device().Fill(&t.a, 0)
	t.changed("zero_in_place", backZero, nil)
	return t
}

// beginInPlace checks that t may be changed in place with operand o, which may be nil.
func (t *Tensor) beginInPlace(op string, o *Tensor) {
	begin(op, t, o)
	t.upToDate(op)
	if t.a.Overlaps() {
		badShape(op, []*Tensor{t}, "several elements of an expanded tensor are one in memory; Clone it first")
	}
	if t.node != nil && t.node.leaf {
		badGraph(op, "the tensor is a leaf that collects gradients; use the form that is not in place, or change Detach() of it to leave the change out of the graph")
	}
	if t.seen != 0 && (t.node != nil || o != nil && o.node != nil) {
		badGraph(op, "the tensor is a view, and what it was taken from would not learn of the change; use the form that is not in place, or SetSlice on the tensor it was taken from")
	}
}

// operandInPlace checks that o is numbers that broadcast to t, and returns it, or a
// copy if writing t would change it on the way.
func (t *Tensor) operandInPlace(op string, o *Tensor) *Tensor {
	sameType(op, t, o)
	numbers(op, t, o)
	return t.broadcastable(op, o, t)
}

// broadcastable checks that o broadcasts to the shape of target, which shares t's
// memory, and returns it, or a copy if it shares that memory too.
func (t *Tensor) broadcastable(op string, o, target *Tensor) *Tensor {
	dims, rank := broadcast(op, target, o)
	if rank != int(target.a.Rank) || dims != target.a.Dims {
		badShape(op, []*Tensor{target, o}, "the operand must broadcast to the tensor that is changed, which cannot grow")
	}
	if o.a.Buf == t.a.Buf {
		return o.snapshot()
	}
	return o
}

// snapshot is a copy of t's present values with t's history.
func (t *Tensor) snapshot() *Tensor {
	c := like(t.scope, t)
	t.device().Copy(&c.a, &t.a)
	c.node = t.node
	return c
}

// changed notes that t was changed in place. If t or o is tracked, t's history goes on
// with a new node whose inputs are t's old one and o.
func (t *Tensor) changed(name string, back func(*context), o *Tensor) *node {
	t.a.Buf.Version++
	old := t.node
	if s := common(name, t, o); s != t.scope {
		share(t) // another Scope's graph is to use the memory
		t.scope = s
	}
	n := record(name, back, t, t, o)
	if n == nil {
		return nil
	}
	t.a.Buf.Recorded = t.a.Buf.Version
	if old != nil && old.retains {
		n.retains, n.beside().keep = true, old.keep
		n.lent.Store(true)
		old.retains, old.keep = false, nil
	}
	return n
}
