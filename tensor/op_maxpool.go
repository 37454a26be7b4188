package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// MaxPool2d returns the largest element of each k x k window (or KernelHW) of t
// [N, C, H, W] or [C, H, W], as torch.nn.functional.max_pool2d: the padding counts
// as -Inf, the first of equal elements gets the gradient, NaN is larger than
// anything. The result's rows are
//
//	floor((H + 2 padding - dilation (k-1) - 1) / stride) + 1
//
// (rounded up with CeilMode), the columns likewise; the stride is the kernel unless
// given. The padding must be at most half the kernel.
func (t *Tensor) MaxPool2d(k int, o ...PoolOptions) *Tensor { return t.maxPool2d("MaxPool2d", k, o) }

// maxPool2d is MaxPool2d under the name that errors say.
func (t *Tensor) maxPool2d(op string, k int, o []PoolOptions) *Tensor {
	w, oh, ow := t.poolWindow(op, k, o)
	if w.DivisorOverride != 0 || w.ExcludePad {
		badShape(op, []*Tensor{t}, "ExcludePad and DivisorOverride are AvgPool2d's")
	}
	y := t.planes(begin(op, t), oh, ow)
	places := t.places(y)
	y.device().MaxPool2d(&y.a, arrayOf(places), &t.contiguous().a, w)
	if n := record("max_pool2d", backMaxPool, y, t); n != nil {
		n.save(0, places)
	}
	return y
}

// MaxPool1d is MaxPool2d along the last dimension of t [N, C, L] or [C, L]; the
// plain options count, the HW forms must not be set. It is recorded as max_pool2d.
func (t *Tensor) MaxPool1d(k int, o ...PoolOptions) *Tensor {
	return t.pool1d("MaxPool1d", k, o, (*Tensor).maxPool2d)
}

// places makes room for the places that y's elements are taken from, nil if no
// gradient of t will ask for them.
func (t *Tensor) places(y *Tensor) *Tensor {
	if t.node == nil {
		return nil
	}
	return likeType(y.scope, y, Int64)
}

// arrayOf is t's array, nil of nil.
func arrayOf(t *Tensor) *nd.Array {
	if t == nil {
		return nil
	}
	return &t.a
}

func backMaxPool(c *context) {
	h, w := c.plane()
	c.set(0, c.grad.scatterPlanes(c.saved(0), h, w))
}

// scatterPlanes adds the elements of t's planes into planes of zeros, h x w, at the
// given flat places.
func (t *Tensor) scatterPlanes(places *Tensor, h, w int) *Tensor {
	y := t.planes(begin("MaxPool2d", t), h, w)
	y.device().ScatterPlanes(&y.a, &t.contiguous().a, &places.a)
	if n := record("scatter_planes", backScatterPlanes, y, t); n != nil {
		n.save(0, places)
	}
	return y
}

func backScatterPlanes(c *context) { c.set(0, c.grad.gatherPlanes(c.saved(0))) }

// gatherPlanes takes the elements at places from t's planes: the transpose of
// scatterPlanes.
func (t *Tensor) gatherPlanes(places *Tensor) *Tensor {
	r := int(places.a.Rank)
	y := t.planes(begin("MaxPool2d", t), places.a.Size(r-2), places.a.Size(r-1))
	y.device().GatherPlanes(&y.a, &t.contiguous().a, &places.a)
	if n := record("gather_planes", backMaxPool, y, t); n != nil {
		n.save(0, places)
	}
	return y
}
