package nn

import "github.com/lumen-ml/lumen/tensor"

// AdaptiveMaxPool2d is the largest element of H x W windows that cover the input
// evenly
// (torch.nn.AdaptiveMaxPool2d): input [N, C, any, any], result [N, C, H, W].
type AdaptiveMaxPool2d struct{ H, W int }

// NewAdaptiveMaxPool2d returns the layer for results of h rows and w columns.
func NewAdaptiveMaxPool2d(h, w int) *AdaptiveMaxPool2d {
	positive("NewAdaptiveMaxPool2d", "h", h)
	positive("NewAdaptiveMaxPool2d", "w", w)
	return &AdaptiveMaxPool2d{H: h, W: w}
}

// Forward returns [N, C, H, W]; see [tensor.Tensor.AdaptiveMaxPool2d].
func (l *AdaptiveMaxPool2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).AdaptiveMaxPool2d(l.H, l.W)
}
