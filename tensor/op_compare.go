package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

func compare(name string, k kernel.CompareOp, t, o *Tensor) *Tensor {
	s := begin(name, t, o)
	sameType(name, t, o)
	dims, rank := broadcast(name, t, o)
	y := shaped(s, t.device(), Bool, dims, rank)
	t.device().Compare(k, &y.a, &t.a, &o.a)
	return untracked(name, y, t, o)
}

// compareScalar compares with a number that takes t's element type; a number that
// the type cannot hold is compared in float64.
func compareScalar(name string, k kernel.CompareOp, t *Tensor, v float64) *Tensor {
	o := result(nil, nd.CPU, t.a.Type)
	o.device().Fill(&o.a, v)
	if o.Item() != v && !t.a.Type.IsFloat() {
		return compare(name, k, t.To(Float64), FullOf(Float64, v))
	}
	return compare(name, k, t, o)
}

// Eq returns t == o as bools, broadcast as in NumPy. NaN equals nothing.
func (t *Tensor) Eq(o *Tensor) *Tensor { return compare("eq", kernel.Eq, t, o) }

// Ne returns t != o as bools.
func (t *Tensor) Ne(o *Tensor) *Tensor { return compare("ne", kernel.Ne, t, o) }

// Lt returns t < o as bools.
func (t *Tensor) Lt(o *Tensor) *Tensor { return compare("lt", kernel.Lt, t, o) }

// Le returns t <= o as bools.
func (t *Tensor) Le(o *Tensor) *Tensor { return compare("le", kernel.Le, t, o) }

// Gt returns t > o as bools.
func (t *Tensor) Gt(o *Tensor) *Tensor { return compare("gt", kernel.Gt, t, o) }

// Ge returns t >= o as bools.
func (t *Tensor) Ge(o *Tensor) *Tensor { return compare("ge", kernel.Ge, t, o) }

// EqScalar returns t == v as bools.
func (t *Tensor) EqScalar(v float64) *Tensor { return compareScalar("eq", kernel.Eq, t, v) }

// NeScalar returns t != v as bools.
func (t *Tensor) NeScalar(v float64) *Tensor { return compareScalar("ne", kernel.Ne, t, v) }

// LtScalar returns t < v as bools.
func (t *Tensor) LtScalar(v float64) *Tensor { return compareScalar("lt", kernel.Lt, t, v) }

// LeScalar returns t <= v as bools.
func (t *Tensor) LeScalar(v float64) *Tensor { return compareScalar("le", kernel.Le, t, v) }

// GtScalar returns t > v as bools.
func (t *Tensor) GtScalar(v float64) *Tensor { return compareScalar("gt", kernel.Gt, t, v) }

// GeScalar returns t >= v as bools.
func (t *Tensor) GeScalar(v float64) *Tensor { return compareScalar("ge", kernel.Ge, t, v) }
