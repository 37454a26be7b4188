package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// BatchNormOptions of [BatchNorm].
type BatchNormOptions struct {
	// Training: the batch's own mean and variance are used, and mixed into the running
	// ones. Else the running ones are used.
	Training bool
	// Momentum is the weight of this batch in the running statistics, 0 to 1; 0.1 is
	// PyTorch's default, 0 leaves them as they are.
	Momentum float64
	// Eps is added to the variance; 0 means 1e-5, PyTorch's default.
	Eps float64
	// Activation is applied to the result.
	Activation Activation
}

// BatchNorm is torch.nn.functional.batch_norm (Ioffe and Szegedy 2015): every channel
// of x, [batch, channels, ...], is brought to mean 0 and variance 1 over the batch and
// all other dimensions, then scaled and shifted:
//
//	(x - mean) / sqrt(variance + eps) * weight + bias
//
// and gets o.Activation. weight, bias, runningMean and runningVar are [channels] and may
// be nil; weight and bias then count as 1 and 0. In training the running statistics move
// in place by momentum towards the batch's mean and unbiased (n-1) variance; without
// training both are needed. They are constants for the gradient.
//
// It panics with a *ShapeError in training if a channel has only one value.
func BatchNorm(x, weight, bias, runningMean, runningVar *Tensor, o BatchNormOptions) *Tensor {
	const op = "BatchNorm"
	s := begin(op, x, weight, bias, runningMean, runningVar)
	floats(op, x, weight, bias, runningMean, runningVar)
	if x.a.Rank < 2 {
		badShape(op, []*Tensor{x}, "[batch, channels, ...] is wanted")
	}
	c := x.a.Size(1)
	checkChannels(op, x, c, weight, bias, runningMean, runningVar)
	if o.Eps == 0 {
		o.Eps = 1e-5
	}
	for _, r := range []*Tensor{runningMean, runningVar} {
		switch {
		case r == nil && !o.Training:
			badShape(op, []*Tensor{x}, "without Training the running mean and variance are needed")
		case r == nil:
		case r.node != nil:
			badGraph(op, "the running statistics change in place and must not be tracked; Detach them")
		case !r.a.Contiguous():
			badShape(op, []*Tensor{x, r}, "the running statistics change in place and must be contiguous; Clone them")
		}
	}
	if o.Training && c > 0 && x.Numel() == c {
		badShape(op, []*Tensor{x}, "expected more than 1 value per channel when training; use a larger batch (a loader's DropLast leaves out a last one of 1) or inference")
	}
	mean := result(s, x.device(), Float64, c)
	rstd := result(s, x.device(), Float64, c)
	in, w, b := x.contiguous(), contiguousOrNil(weight), contiguousOrNil(bias)
	y := like(s, in)
	now, later := ActNone, o.Activation
	if s.fusible(later) {
		now, later = later, ActNone
	}
	if x.Numel() == 0 { // an empty batch leaves the running statistics
		mean.device().Fill(&mean.a, 0)
		rstd.device().Fill(&rstd.a, 0)
	} else {
		y.device().BatchNorm(&y.a, &mean.a, &rstd.a, &in.a, arrayOf(w), arrayOf(b), arrayOf(runningMean), arrayOf(runningVar),
			nd.BatchNormArgs{Training: o.Training, Momentum: o.Momentum, Eps: o.Eps, Activation: nd.Activation(now)})
		if o.Training {
			for _, r := range []*Tensor{runningMean, runningVar} {
				if r != nil {
					r.a.Buf.Version++
				}
			}
		}
	}
	if n := record("batch_norm", backBatchNorm, y, x, weight, bias); n != nil {
		n.save(0, x)
		n.save(1, weight)
		n.save(2, mean)
		n.save(3, rstd)
		n.f[0] = o.Eps
		if o.Training {
			n.i[0] = 1
		}
		if n.i[1] = int(now); now != ActNone {
			n.save(4, y)
		}
	}
	return y.Activate(later)
}

func backBatchNorm(c *context) {
	x, w, mean, rstd := c.saved(0), c.saved(1), c.saved(2), c.saved(3)
	training := c.n.i[0] == 1
	n := x.a.Size(1)
	gy := c.grad
	if a := Activation(c.n.i[1]); a != ActNone {
		gy = c.activationGrad(gy, c.saved(4), a)
	}
	if !c.create {
		g, in, w := gy.contiguous(), x.contiguous(), contiguousOrNil(w)
		over := c.last(g) && nd.SameShape(&g.a, &in.a) // element by element, after the sums
		dx, dw, db := c.normGradients(g, in, n, over)
		g.device().BatchNormBack(arrayOf(dx), arrayOf(dw), arrayOf(db), &g.a, &in.a, arrayOf(w), &mean.a, &rstd.a, training)
		c.setNorm(dx, dw, db)
		return
	}
	batch := x.a.Size(0)
	rest := volume(x, 2)
	in, g := x.Reshape(batch, n, rest), gy.Reshape(batch, n, rest)
	var deviation, r *Tensor // x - mean, and 1/sqrt(variance + eps), as functions of x
	if training {
		deviation = in.Sub(in.MeanKeep(0, 2))
		r = deviation.Square().MeanKeep(0, 2).AddScalar(c.n.f[0]).Rsqrt()
	} else {
		deviation = in.Sub(mean.To(x.a.Type).Reshape(1, n, 1))
		r = rstd.To(x.a.Type).Reshape(1, n, 1)
	}
	h := deviation.Mul(r)
	if c.needs(0) {
		d := g
		if training {
			d = g.Sub(g.MeanKeep(0, 2)).Sub(h.Mul(g.Mul(h).MeanKeep(0, 2)))
		}
		d = d.Mul(r)
		if w != nil {
			d = d.Mul(w.Reshape(1, n, 1))
		}
		c.set(0, d.Reshape(x.Shape()...))
	}
	if c.needs(1) {
		c.set(1, g.Mul(h).Sum(0, 2))
	}
	if c.needs(2) {
		c.set(2, g.Sum(0, 2))
	}
}

// normGradients makes room for the gradients of x, weight and bias that are wanted; over
// means that x's is written over g.
func (c *context) normGradients(g, x *Tensor, channels int, over bool) (dx, dw, db *Tensor) {
	s := begin(c.n.name, g, x)
	switch {
	case !c.needs(0):
	case over:
		dx = g
	default:
		dx = like(s, x)
	}
	if c.needs(1) {
		dw = result(s, x.device(), x.a.Type, channels)
	}
	if c.needs(2) {
		db = result(s, x.device(), x.a.Type, channels)
	}
	return dx, dw, db
}

// setNorm hands on the gradients, in the shapes of the inputs.
func (c *context) setNorm(ds ...*Tensor) {
	for i, d := range ds {
		if d != nil {
			c.set(i, d.Reshape(c.inputShape(i)...))
		}
	}
}

// inputShape is the shape of tracked input i.
func (c *context) inputShape(i int) []int {
	n := c.n.edge(i).node
	shape := make([]int, n.rank)
	for k := range shape {
		shape[k] = int(n.dims[k])
	}
	return shape
}

// volume is the number of elements of the dimensions from first on.
func volume(x *Tensor, first int) int {
	n := 1
	for i := first; i < int(x.a.Rank); i++ {
		n *= x.a.Size(i)
	}
	return n
}

func contiguousOrNil(t *Tensor) *Tensor {
	if t == nil {
		return nil
	}
	return t.contiguous()
}

// checkChannels panics unless each of ts that is not nil has one number a channel.
func checkChannels(op string, x *Tensor, channels int, ts ...*Tensor) {
	for _, t := range ts {
		if t != nil && (t.a.Rank != 1 || t.a.Size(0) != channels) {
			badShape(op, []*Tensor{x, t}, "one number is wanted for each of the %d channels", channels)
		}
	}
}
