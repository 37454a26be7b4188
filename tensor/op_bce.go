package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// BCEOptions of [BinaryCrossEntropy] and [BinaryCrossEntropyWithLogits]. The zero
// value is PyTorch's default. Weights are constants: they get no gradient.
type BCEOptions struct {
	// Weight multiplies the elements' losses; it broadcasts to them. nil means 1.
	Weight *Tensor `json:",omitempty"`
	// PosWeight multiplies what positive targets contribute, with logits only: more than
	// 1 favours recall. It broadcasts to the target. nil means 1.
	PosWeight *Tensor `json:",omitempty"`
	// Reduction of the losses: mean (over all elements), sum or none.
	Reduction Reduction `json:",omitempty"`
}

// BinaryCrossEntropyWithLogits is
// torch.nn.functional.binary_cross_entropy_with_logits, the loss of probabilities
// sigmoid(x) for targets t between 0 and 1 of x's shape and type:
//
//	w * ((1-t)*x - (1 + (p-1)*t) * log(sigmoid(x)))
//
// with weight w and positive weight p. It is exact for any finite x.
func BinaryCrossEntropyWithLogits(x, target *Tensor, o BCEOptions) *Tensor {
	const op = "BinaryCrossEntropyWithLogits"
	s := checkBinary(op, x, target, o)
	y := like(s, x)
	y.device().BCEWithLogits(&y.a, &x.a, &target.a, arrayOf(o.PosWeight))
	if n := record("binary_cross_entropy_with_logits", backBCEWithLogits, y, x, target); n != nil {
		n.save(0, x)
		n.save(1, target)
		n.save(2, o.PosWeight)
	}
	return weighLoss(y, o)
}

func backBCEWithLogits(c *context) {
	x, t, p := c.saved(0), c.saved(1), c.saved(2)
	if p != nil {
		p = c.n.scope.Within(p) // a constant, also where a graph is wanted
	}
	if c.needs(0) {
		if !c.create {
			d := like(begin(c.n.name, c.grad, x, t), x)
			d.device().BCEWithLogitsGrad(&d.a, &x.a, &t.a, arrayOf(p))
			c.set(0, c.times(d))
		} else {
			m := x.Neg().Sigmoid()
			if p != nil {
				m = p.AddScalar(-1).Mul(t).AddScalar(1).Mul(m)
			}
			c.set(0, c.grad.Mul(t.Neg().AddScalar(1).Sub(m)))
		}
	}
	if c.needs(1) {
		d := x.Neg()
		if p != nil {
			d = d.Sub(p.AddScalar(-1).Mul(x.LogSigmoid()))
		}
		c.set(1, c.grad.Mul(d))
	}
}

// times multiplies d, which nobody else has, by the result's gradient in place.
func (c *context) times(d *Tensor) *Tensor {
	d.device().Binary(kernel.Mul, &d.a, &d.a, &c.grad.a)
	return d
}

// BinaryCrossEntropy is torch.nn.functional.binary_cross_entropy, the loss of
// probabilities x for targets t between 0 and 1 of x's shape and type:
//
//	w * (-t*max(log(x), -100) - (1-t)*max(log(1-x), -100))
//
// Numbers outside 0 to 1 are no probabilities and give NaN. If x comes from a
// Sigmoid use [BinaryCrossEntropyWithLogits], which is more exact.
func BinaryCrossEntropy(x, target *Tensor, o BCEOptions) *Tensor {
	const op = "BinaryCrossEntropy"
	s := checkBinary(op, x, target, o)
	if o.PosWeight != nil {
		badShape(op, []*Tensor{x, o.PosWeight}, "a positive weight goes with logits only; use BinaryCrossEntropyWithLogits")
	}
	whole := o.Weight == nil && o.Reduction != ReductionNone && (s == nil || s.observer == nil)
	var y *Tensor
	if whole { // one operation, without the losses of the elements in between
		y = result(s, x.device(), x.a.Type)
		y.device().BCETotal(&y.a, &x.contiguous().a, &target.contiguous().a, divisor(x, o.Reduction))
	} else {
		y = like(s, x)
		y.device().BCE(&y.a, &x.a, &target.a)
	}
	if n := record("binary_cross_entropy", backBCE, y, x, target); n != nil {
		n.save(0, x)
		n.save(1, target)
		if whole {
			n.f[0] = divisor(x, o.Reduction)
		}
	}
	if whole {
		return y
	}
	return weighLoss(y, o)
}

// divisor is by what a reduction divides the sum of x's elements.
func divisor(x *Tensor, r Reduction) float64 {
	if r == ReductionMean {
		return float64(x.Numel())
	}
	return 1
}

// backBCE: (x-t) / max(x*(1-x), 1e-12) for x, as PyTorch has it, and
// log(1-x) - log(x) for t; both times the gradient, which is one number, to be divided
// by f[0], where that is not 0.
func backBCE(c *context) {
	x, t, divide := c.saved(0), c.saved(1), c.n.f[0]
	if c.needs(0) && !c.create {
		d := like(begin(c.n.name, c.grad, x, t), x)
		if divide != 0 {
			d.device().BCEGrad(&d.a, &x.a, &t.a, &c.grad.a, divide)
			c.set(0, d)
		} else {
			d.device().BCEGrad(&d.a, &x.a, &t.a, nil, 1)
			c.set(0, c.times(d))
		}
	}
	g := c.grad
	if divide > 1 && (c.create || c.needs(1)) {
		g = g.DivScalar(divide)
	}
	if c.needs(0) && c.create {
		v := x.Mul(x.Neg().AddScalar(1))
		c.set(0, g.Mul(x.Sub(t).Div(v.Maximum(FullOf(v.a.Type, nd.BCEFloor)))))
	}
	if c.needs(1) {
		c.set(1, g.Mul(x.Neg().Log1p().Sub(x.Log())))
	}
}

// weighLoss applies the weight and the reduction.
func weighLoss(y *Tensor, o BCEOptions) *Tensor {
	if o.Weight != nil {
		y = y.Mul(y.scope.Within(o.Weight))
	}
	return reduceLoss(y, o.Reduction)
}

func checkBinary(op string, x, target *Tensor, o BCEOptions) *Scope {
	notNil(op, x, target)
	s := begin(op, x, target, o.Weight, o.PosWeight)
	floats(op, x, target, o.Weight, o.PosWeight)
	if !nd.SameShape(&x.a, &target.a) {
		badShape(op, []*Tensor{x, target}, "the target must have the shape of the predictions")
	}
	for _, w := range []*Tensor{o.Weight, o.PosWeight} {
		if w == nil {
			continue
		}
		dims, rank, ok := nd.BroadcastShape(&x.a, &w.a)
		if !ok || rank != int(x.a.Rank) || dims != x.a.Dims {
			badShape(op, []*Tensor{x, w}, "a weight must broadcast to the shape of the predictions")
		}
	}
	checkReduction(op, x, o.Reduction)
	return s
}
