package tensor

// AdaptiveAvgPool2d averages t [N, C, H, W] or [C, H, W] over h x w windows that
// cover it evenly: row i takes rows floor(i H/h) to ceil((i+1) H/h), columns
// likewise, as torch.nn.functional.adaptive_avg_pool2d. h and w of 1 give the mean
// of each plane.
func (t *Tensor) AdaptiveAvgPool2d(h, w int) *Tensor {
	t.checkAdaptive("AdaptiveAvgPool2d", h, w)
	return t.adaptiveAvgPool2d(h, w)
}

// AdaptiveMaxPool2d is the largest element of each of AdaptiveAvgPool2d's windows;
// equal elements and NaN as in [Tensor.MaxPool2d].
func (t *Tensor) AdaptiveMaxPool2d(h, w int) *Tensor {
	t.checkAdaptive("AdaptiveMaxPool2d", h, w)
	y := t.planes(begin("AdaptiveMaxPool2d", t), h, w)
	places := t.places(y)
	y.device().AdaptiveMaxPool2d(&y.a, arrayOf(places), &t.contiguous().a)
	if n := record("adaptive_max_pool2d", backMaxPool, y, t); n != nil {
		n.save(0, places)
	}
	return y
}

func (t *Tensor) checkAdaptive(op string, h, w int) {
	t.checkImage(op)
	rank := int(t.a.Rank)
	if t.a.Size(rank-2) < 1 || t.a.Size(rank-1) < 1 {
		badShape(op, []*Tensor{t}, "images of at least one row and one column are wanted")
	}
	if h < 0 || w < 0 {
		badShape(op, []*Tensor{t}, "the result's size must not be negative, %d x %d was asked for", h, w)
	}
	shape := t.Shape()
	shape[rank-2], shape[rank-1] = h, w
	checkShape(op, shape)
}

func (t *Tensor) adaptiveAvgPool2d(h, w int) *Tensor {
	y := t.planes(begin("AdaptiveAvgPool2d", t), h, w)
	y.device().AdaptiveAvgPool2d(&y.a, &t.contiguous().a)
	record("adaptive_avg_pool2d", backAdaptiveAvgPool, y, t)
	return y
}

func backAdaptiveAvgPool(c *context) { c.set(0, c.grad.adaptiveAvgPool2dBack(c.plane())) }

// adaptiveAvgPool2dBack is the transpose of adaptiveAvgPool2d from images of
// h x w.
func (t *Tensor) adaptiveAvgPool2dBack(h, w int) *Tensor {
	y := t.planes(begin("AdaptiveAvgPool2d", t), h, w)
	y.device().AdaptiveAvgPool2dBack(&y.a, &t.contiguous().a)
	record("adaptive_avg_pool2d_backward", backAdaptiveAvgPoolBack, y, t)
	return y
}

func backAdaptiveAvgPoolBack(c *context) { c.set(0, c.grad.adaptiveAvgPool2d(c.plane())) }
