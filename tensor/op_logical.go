package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

func logical(op string, k kernel.LogicalOp, t, o *Tensor) *Tensor {
	notNil(op, t, o)
	s := begin(op, t, o)
	bools(op, "each operand", t)
	bools(op, "each operand", o)
	dims, rank := broadcast(op, t, o)
	y := shaped(s, t.device(), Bool, dims, rank)
	t.device().Logical(k, &y.a, &t.a, &o.a)
	return untracked(k.String(), y, t, o)
}

// And returns, for bools, t and o; broadcast as in NumPy.
func (t *Tensor) And(o *Tensor) *Tensor { return logical("And", kernel.And, t, o) }

// Or returns, for bools, t or o; broadcast as in NumPy.
func (t *Tensor) Or(o *Tensor) *Tensor { return logical("Or", kernel.Or, t, o) }

// Xor returns, for bools, whether one of t and o holds; broadcast as in NumPy.
func (t *Tensor) Xor(o *Tensor) *Tensor { return logical("Xor", kernel.Xor, t, o) }

// Not returns, for bools, the opposite.
func (t *Tensor) Not() *Tensor {
	s := begin("Not", t)
	bools("Not", "the operand", t)
	y := like(s, t)
	t.device().Not(&y.a, &t.a)
	return untracked("logical_not", y, t)
}

// IsNaN returns which elements are not a number. Integers and bools never are.
func (t *Tensor) IsNaN() *Tensor {
	begin("IsNaN", t)
	return t.Ne(t)
}

// IsInf returns which elements are infinite, of either sign.
func (t *Tensor) IsInf() *Tensor {
	begin("IsInf", t)
	if !t.a.Type.IsFloat() {
		return t.Ne(t) // of numbers that are all finite: false
	}
	return t.EqScalar(math.Inf(1)).Or(t.EqScalar(math.Inf(-1)))
}

// IsFinite returns which elements are neither infinite nor NaN.
func (t *Tensor) IsFinite() *Tensor {
	begin("IsFinite", t)
	if !t.a.Type.IsFloat() {
		return t.Eq(t)
	}
	return t.LtScalar(math.Inf(1)).And(t.GtScalar(math.Inf(-1)))
}

// Any returns whether any element is true, or not zero, over the given dimensions,
// which are dropped; over all of them if none is given. Of no elements: false.
func (t *Tensor) Any(dims ...int) *Tensor { return t.quantify("Any", kernel.Max, 0, dims) }

// All returns whether all elements are true, or not zero, over the given dimensions,
// which are dropped; over all of them if none is given. Of no elements: true.
func (t *Tensor) All(dims ...int) *Tensor { return t.quantify("All", kernel.Min, 1, dims) }

// quantify reduces bools as bytes of 0 and 1; none is the answer for no elements.
func (t *Tensor) quantify(op string, k kernel.ReduceOp, none float64, dims []int) *Tensor {
	s := begin(op, t)
	mask := t.mask(op, dims)
	x := t.To(Bool)
	y, out := reduction(s, x, mask, Bool, false)
	if x.count(mask) == 0 {
		y.device().Fill(&y.a, none)
	} else {
		in := x.a
		in.Type, out.Type = Uint8, Uint8
		x.device().Reduce(k, &out, &in, mask)
	}
	name := "any"
	if k == kernel.Min {
		name = "all"
	}
	return untracked(name, y, x)
}
