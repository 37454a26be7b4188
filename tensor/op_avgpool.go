package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// AvgPool2d returns the mean of each k x k window (or KernelHW) of t [N, C, H, W] or
// [C, H, W], as torch.nn.functional.avg_pool2d: the padding is zeros and counts in
// the divisor unless ExcludePad; what CeilMode lets reach beyond the padding never
// counts. Sizes are those of [Tensor.MaxPool2d]; there is no dilation.
func (t *Tensor) AvgPool2d(k int, o ...PoolOptions) *Tensor { return t.meanPool2d("AvgPool2d", k, o) }

// meanPool2d is AvgPool2d under the name that errors say.
func (t *Tensor) meanPool2d(op string, k int, o []PoolOptions) *Tensor {
	w, oh, ow := t.poolWindow(op, k, o)
	if w.DilationH != 1 || w.DilationW != 1 {
		badShape(op, []*Tensor{t}, "an average has no dilation; use a convolution")
	}
	return t.avgPool2d(w, oh, ow)
}

// AvgPool1d is AvgPool2d along the last dimension of t [N, C, L] or [C, L]; the
// plain options count, the HW forms must not be set. It is recorded as avg_pool2d.
func (t *Tensor) AvgPool1d(k int, o ...PoolOptions) *Tensor {
	return t.pool1d("AvgPool1d", k, o, (*Tensor).meanPool2d)
}

func (t *Tensor) avgPool2d(w nd.Window, oh, ow int) *Tensor {
	y := t.planes(begin("AvgPool2d", t), oh, ow)
	y.device().AvgPool2d(&y.a, &t.contiguous().a, w)
	if n := record("avg_pool2d", backAvgPool, y, t); n != nil {
		n.attr = w
	}
	return y
}

func backAvgPool(c *context) {
	h, w := c.plane()
	c.set(0, c.grad.avgPool2dBack(c.n.attr.(nd.Window), h, w))
}

// avgPool2dBack is the transpose of avgPool2d: it spreads every element over the
// window that it is the mean of.
func (t *Tensor) avgPool2dBack(w nd.Window, h, wide int) *Tensor {
	y := t.planes(begin("AvgPool2d", t), h, wide)
	y.device().AvgPool2dBack(&y.a, &t.contiguous().a, w)
	if n := record("avg_pool2d_backward", backAvgPoolBack, y, t); n != nil {
		n.attr = w
	}
	return y
}

func backAvgPoolBack(c *context) {
	oh, ow := c.plane()
	c.set(0, c.grad.avgPool2d(c.n.attr.(nd.Window), oh, ow))
}
