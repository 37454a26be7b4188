package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// A convolution is one form T(x, w, y), linear in each of input, weight and
// result (see nd.Convolutions). Its three derivatives are the recorded operations
// of this file; the derivatives of each are the other two, so derivatives of any
// order exist. x is [n, c, h, w], w [o, c/groups, kh, kw], y [n, o, oh, ow].

// conv2d is dT/dy: the convolution itself, plus b, and then the activation. ReLU, Tanh
// and Sigmoid are applied while the result is in the cache, in the same node.
func conv2d(x, w, b *Tensor, act Activation, g nd.ConvGeometry, oh, ow int) *Tensor {
	s := begin("Conv2d", x, w, b)
	now, later := ActNone, act
	if s.fusible(act) {
		now, later = act, ActNone
	}
	y := result(s, x.device(), x.a.Type, x.a.Size(0), w.a.Size(0), oh, ow)
	y.device().Conv2d(&y.a, &x.contiguous().a, &w.contiguous().a, biasArray(b), nd.Activation(now), g)
	if n := record("conv2d", backConv2d, y, x, w, b); n != nil {
		n.setGeometry(g)
		n.save(0, x)
		n.save(1, w)
		if now != ActNone {
			n.save(2, y)
			n.i[7] = int(now)
		}
	}
	return y.Activate(later)
}

func backConv2d(c *context) {
	g, grad := c.n.geometry(), c.grad
	var bias *Tensor
	switch a := Activation(c.n.i[7]); {
	case a == ActReLU && c.needs(2) && !c.create && grad.node == nil:
		grad, bias = reluBiasGradient(grad, c.saved(2))
	case a != ActNone:
		grad = activationGrad(grad, c.saved(2), a)
	}
	if c.needs(0) {
		x := c.n.edge(0).node
		c.set(0, conv2dInput(grad, c.saved(1), nil, g, int(x.dims[1]), int(x.dims[2]), int(x.dims[3])))
	}
	if c.needs(1) {
		w := c.n.edge(1).node
		c.set(1, conv2dWeight(c.saved(0), grad, g, int(w.dims[2]), int(w.dims[3])))
	}
	if c.needs(2) {
		if bias == nil {
			bias = biasGradient(grad)
		}
		c.set(2, bias)
	}
}

// conv2dInput is dT/dx, plus b: the gradient by the input, and the transposed
// convolution. h x wide is the input's size, which y's does not tell.
func conv2dInput(y, w, b *Tensor, g nd.ConvGeometry, channels, h, wide int) *Tensor {
	x := result(begin("ConvTranspose2d", y, w, b), y.device(), y.a.Type, y.a.Size(0), channels, h, wide)
	x.device().Conv2dInput(&x.a, &y.contiguous().a, &w.contiguous().a, biasArray(b), g)
	if n := record("conv_transpose2d", backConv2dInput, x, y, w, b); n != nil {
		n.setGeometry(g)
		n.save(0, y)
		n.save(1, w)
	}
	return x
}

func backConv2dInput(c *context) {
	g := c.n.geometry()
	if c.needs(0) {
		y := c.n.edge(0).node
		c.set(0, conv2d(c.grad, c.saved(1), nil, ActNone, g, int(y.dims[2]), int(y.dims[3])))
	}
	if c.needs(1) {
		w := c.n.edge(1).node
		c.set(1, conv2dWeight(c.grad, c.saved(0), g, int(w.dims[2]), int(w.dims[3])))
	}
	if c.needs(2) {
		c.set(2, biasGradient(c.grad))
	}
}

// conv2dWeight is dT/dw for a kernel of kh x kw.
func conv2dWeight(x, y *Tensor, g nd.ConvGeometry, kh, kw int) *Tensor {
	w := result(begin("Conv2d", x, y), x.device(), x.a.Type, y.a.Size(1), x.a.Size(1)/g.Groups, kh, kw)
	w.device().Conv2dWeight(&w.a, &x.contiguous().a, &y.contiguous().a, g)
	if n := record("conv2d_weight", backConv2dWeight, w, x, y); n != nil {
		n.setGeometry(g)
		n.save(0, x)
		n.save(1, y)
	}
	return w
}

func backConv2dWeight(c *context) {
	g := c.n.geometry()
	if c.needs(0) {
		x := c.n.edge(0).node
		c.set(0, conv2dInput(c.saved(1), c.grad, nil, g, int(x.dims[1]), int(x.dims[2]), int(x.dims[3])))
	}
	if c.needs(1) {
		y := c.n.edge(1).node
		c.set(1, conv2d(c.saved(0), c.grad, nil, ActNone, g, int(y.dims[2]), int(y.dims[3])))
	}
}

// biasGradient sums over images, rows and columns: over the plane first, which
// needs no reordering. It is differentiable where g is tracked.
func biasGradient(g *Tensor) *Tensor {
	if g.node != nil {
		return g.Sum(2, 3).Sum(0)
	}
	b := result(begin("Conv2d", g), g.device(), g.a.Type, g.a.Size(1))
	b.device().Conv2dBias(&b.a, &g.contiguous().a)
	return b
}

// reluBiasGradient is [activationGrad] of ReLU and the [biasGradient] of that, in one pass.
func reluBiasGradient(g, y *Tensor) (z, b *Tensor) {
	s := begin("Conv2d", g, y)
	g = g.contiguous()
	z = like(s, g)
	b = result(s, g.device(), g.a.Type, g.a.Size(1))
	z.device().Conv2dBiasReLU(&b.a, &z.a, &g.a, &y.a)
	return z, b
}

func biasArray(b *Tensor) *nd.Array {
	if b == nil {
		return nil
	}
	return &b.contiguous().a
}

func (n *node) setGeometry(g nd.ConvGeometry) {
	n.i = [8]int{g.StrideH, g.StrideW, g.PaddingH, g.PaddingW, g.DilationH, g.DilationW, g.Groups, int(ActNone)}
}

func (n *node) geometry() nd.ConvGeometry {
	return nd.ConvGeometry{StrideH: n.i[0], StrideW: n.i[1], PaddingH: n.i[2], PaddingW: n.i[3],
		DilationH: n.i[4], DilationW: n.i[5], Groups: n.i[6]}
}
