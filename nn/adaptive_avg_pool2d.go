package nn

import "github.com/lumen-ml/lumen/tensor"

// AdaptiveAvgPool2d is the mean over H x W windows that cover the input evenly
// (torch.nn.AdaptiveAvgPool2d): input [N, C, any, any], result [N, C, H, W].
type AdaptiveAvgPool2d struct{ H, W int }

// NewAdaptiveAvgPool2d returns the layer for results of h rows and w columns.
func NewAdaptiveAvgPool2d(h, w int) *AdaptiveAvgPool2d {
	positive("NewAdaptiveAvgPool2d", "h", h)
	positive("NewAdaptiveAvgPool2d", "w", w)
	return &AdaptiveAvgPool2d{H: h, W: w}
}

// Forward returns [N, C, H, W]; see [tensor.Tensor.AdaptiveAvgPool2d].
func (l *AdaptiveAvgPool2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).AdaptiveAvgPool2d(l.H, l.W)
}
