package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// The losses of a difference are one operation each: forward and backward read the
// prediction and the target once, and make nothing in between.

// distanceLoss computes and records what k makes of x - target, reduced.
func distanceLoss(op, name string, x, target *Tensor, k nd.Distance, r Reduction) *Tensor {
	notNil(op, x, target)
	s := begin(op, x, target)
	floats(op, x, target)
	if !nd.SameShape(&x.a, &target.a) {
		badShape(op, []*Tensor{x, target}, "the target must have the shape of the predictions")
	}
	checkReduction(op, x, r)
	var y *Tensor
	if r == ReductionNone {
		y = like(s, x)
		y.device().Distance(&y.a, &x.a, &target.a, k)
	} else {
		y = result(s, x.device(), x.a.Type)
		y.device().DistanceTotal(&y.a, &x.contiguous().a, &target.contiguous().a, k, divisor(x, r))
	}
	if n := record(name, backDistance, y, x, target); n != nil {
		n.save(0, x)
		n.save(1, target)
		n.i[0], n.i[1] = int(r), int(k.Kind)
		n.f[0], n.f[1], n.f[2] = divisor(x, r), k.Delta, k.Scale
	}
	return y
}

// backDistance: 2d, sign(d) or the clamped d times the scale, for the prediction, and the negative of that for the
// target, times the gradient and divided by what a mean is divided by.
func backDistance(c *context) {
	x, t, divide := c.saved(0), c.saved(1), c.n.f[0]
	k := nd.Distance{Kind: nd.DistanceKind(c.n.i[1]), Delta: c.n.f[1], Scale: c.n.f[2]}
	if c.create {
		d := c.grad.Mul(derivative(x.Sub(t), k))
		if divide > 1 {
			d = d.DivScalar(divide)
		}
		c.set(0, d)
		if c.needs(1) {
			c.set(1, d.Neg())
		}
		return
	}
	for i, sign := range [2]float64{1, -1} {
		if !c.needs(i) {
			continue
		}
		d := like(begin(c.n.name, c.grad, x, t), x)
		if Reduction(c.n.i[0]) == ReductionNone {
			d.device().DistanceGrad(&d.a, &x.a, &t.a, nil, k, sign)
			c.set(i, c.times(d))
		} else {
			d.device().DistanceGrad(&d.a, &x.a, &t.a, &c.grad.a, k, sign*divide)
			c.set(i, d)
		}
	}
}

// derivative is that of the distance by the difference d, in operations that can be differentiated.
func derivative(d *Tensor, k nd.Distance) *Tensor {
	switch k.Kind {
	case nd.SquaredDistance:
		return d.MulScalar(2)
	case nd.AbsoluteDistance:
		return d.Sign()
	}
	return d.Clamp(-k.Delta, k.Delta).MulScalar(k.Scale)
}
