package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// LogSumExp returns log(sum(e^x)) over the given dimensions, which are dropped; over
// all of them if none is given. The largest element is taken out first, so that
// nothing overflows. The sum of nothing, or of -Inf alone, gives -Inf. Its derivative
// is the softmax e^(x-y). t must be float.
func (t *Tensor) LogSumExp(dims ...int) *Tensor {
	s := begin("LogSumExp", t)
	floats("LogSumExp", t)
	mask := t.mask("LogSumExp", dims)
	d := t.device()
	greatest, shift := reduction(s, t, mask, t.a.Type, true)
	d.Reduce(kernel.Max, &shift, &t.a, mask)
	largest := math.MaxFloat64
	if t.a.Type == Float32 {
		largest = math.MaxFloat32
	}
	d.Unary(kernel.Clamp, &shift, &shift, -largest, largest) // Inf - Inf would be NaN
	e := like(s, t)
	d.Binary(kernel.Sub, &e.a, &t.a, &shift)
	d.Unary(kernel.Exp, &e.a, &e.a, 0, 0)
	y, out := reduction(s, t, mask, t.a.Type, false)
	d.Reduce(kernel.Sum, &out, &e.a, mask)
	d.Unary(kernel.Log, &out, &out, 0, 0)
	d.Binary(kernel.Add, &out, &out, &shift)
	e.discard()
	greatest.discard()
	if n := record("logsumexp", backLogSumExp, y, t); n != nil {
		n.save(0, t)
		n.save(1, y)
		n.i[0] = int(mask)
	}
	return y
}

func backLogSumExp(c *context) {
	mask := uint8(c.n.i[0])
	y := c.unreduced(c.saved(1), mask)
	c.set(0, c.saved(0).Sub(y).Exp().Mul(c.unreduced(c.grad, mask)))
}
