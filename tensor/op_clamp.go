package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// Clamp returns min(max(x, lo), hi), element by element; an infinite limit is none.
// NaN stays NaN, a NaN limit makes everything NaN, and hi wins if it is below lo. Its
// derivative is 1 for lo < x < hi and 0 elsewhere, at the limits too: PyTorch's choice
// since it takes the least of the possible slopes there, as for ReLU (it was 1 before
// version 2.15).
//
// Of an integer tensor's limits only the whole part counts, and NaN panics.
func (t *Tensor) Clamp(lo, hi float64) *Tensor {
	notNil("Clamp", t)
	p, q := lo, hi
	if t.a.Type.IsInteger() {
		if math.IsNaN(lo) || math.IsNaN(hi) {
			badType("Clamp", []*Tensor{t}, "integers have no NaN; convert with To(tensor.Float32)")
		}
		p, q = intoRange(t.a.Type, lo), intoRange(t.a.Type, hi)
	} else if math.IsNaN(lo) || math.IsNaN(hi) { // a comparison with NaN would let x through
		p, q = math.NaN(), math.NaN()
	}
	var y *Tensor
	if t.a.Type.IsFloat() && math.IsNaN(p) {
		y = like(begin("Clamp", t), t)
		y.device().Fill(&y.a, p)
	} else {
		y = unaryNumber("Clamp", kernel.Clamp, t, p, q)
	}
	if n := record("clamp", backClamp, y, t); n != nil {
		n.save(0, t)
		n.f[0], n.f[1] = p, q
	}
	return y
}

func backClamp(c *context) {
	x := c.saved(0)
	above, below := x.GtScalar(c.n.f[0]), x.LtScalar(c.n.f[1]) // both false for NaN
	outside := above                                           // in the same memory
	d := x.device()
	d.Logical(kernel.And, &outside.a, &above.a, &below.a)
	d.Not(&outside.a, &outside.a)
	c.set(0, c.grad.zeroWhere(outside))
}

// intoRange moves v to the nearest value that an integer type holds.
func intoRange(dtype DType, v float64) float64 {
	switch dtype {
	case Uint8:
		return min(max(v, 0), math.MaxUint8)
	case Int32:
		return min(max(v, math.MinInt32), math.MaxInt32)
	}
	return v // the kernel does so for int64
}
