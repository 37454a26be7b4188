package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// compare computes a comparison of two operands of one type, broadcast against each
// other; op is the method's name.
func compare(op string, k kernel.CompareOp, t, o *Tensor) *Tensor {
	notNil(op, t, o)
	s := begin(op, t, o)
	sameType(op, t, o)
	dims, rank := broadcast(op, t, o)
	y := shaped(s, t.device(), Bool, dims, rank)
	t.device().Compare(k, &y.a, &t.a, &o.a)
	return untracked(k.String(), y, t, o)
}

// compareScalar compares with a number that takes t's element type; one that an
// integer type cannot hold is compared in float64.
func compareScalar(op string, k kernel.CompareOp, t *Tensor, v float64) *Tensor {
	s := begin(op, t)
	dtype := t.a.Type
	if !holds(dtype, v) {
		t, dtype = t.To(Float64), Float64
	}
	o := result(s, t.device(), dtype)
	t.device().Fill(&o.a, v)
	return compare(op, k, t, o)
}

// holds reports whether an element of the type can have the value v; a float rounds.
func holds(dtype DType, v float64) bool {
	if dtype.IsFloat() {
		return true
	}
	lo, hi := -0x1p63, 0x1p63
	switch dtype {
	case Int32:
		lo, hi = -0x1p31, 0x1p31
	case Uint8:
		lo, hi = 0, 256
	case Bool:
		lo, hi = 0, 2
	}
	return v == math.Trunc(v) && lo <= v && v < hi
}

// Eq returns t == o as bools, broadcast as in NumPy. NaN equals nothing.
func (t *Tensor) Eq(o *Tensor) *Tensor { return compare("Eq", kernel.Eq, t, o) }

// Ne returns t != o as bools.
func (t *Tensor) Ne(o *Tensor) *Tensor { return compare("Ne", kernel.Ne, t, o) }

// Lt returns t < o as bools.
func (t *Tensor) Lt(o *Tensor) *Tensor { return compare("Lt", kernel.Lt, t, o) }

// Le returns t <= o as bools.
func (t *Tensor) Le(o *Tensor) *Tensor { return compare("Le", kernel.Le, t, o) }

// Gt returns t > o as bools.
func (t *Tensor) Gt(o *Tensor) *Tensor { return compare("Gt", kernel.Gt, t, o) }

// Ge returns t >= o as bools.
func (t *Tensor) Ge(o *Tensor) *Tensor { return compare("Ge", kernel.Ge, t, o) }

// EqScalar returns t == v as bools.
func (t *Tensor) EqScalar(v float64) *Tensor { return compareScalar("EqScalar", kernel.Eq, t, v) }

// NeScalar returns t != v as bools.
func (t *Tensor) NeScalar(v float64) *Tensor { return compareScalar("NeScalar", kernel.Ne, t, v) }

// LtScalar returns t < v as bools.
func (t *Tensor) LtScalar(v float64) *Tensor { return compareScalar("LtScalar", kernel.Lt, t, v) }

// LeScalar returns t <= v as bools.
func (t *Tensor) LeScalar(v float64) *Tensor { return compareScalar("LeScalar", kernel.Le, t, v) }

// GtScalar returns t > v as bools.
func (t *Tensor) GtScalar(v float64) *Tensor { return compareScalar("GtScalar", kernel.Gt, t, v) }

// GeScalar returns t >= v as bools.
func (t *Tensor) GeScalar(v float64) *Tensor { return compareScalar("GeScalar", kernel.Ge, t, v) }
