package nn

import "github.com/lumen-ml/lumen/tensor"

// AvgPool2d is the mean of each window (torch.nn.AvgPool2d): input [N, C, H, W], result
// [N, C, oH, oW].
type AvgPool2d struct {
	Kernel  int
	Options PoolOptions
}

// NewAvgPool2d returns the layer; the stride is the kernel unless given.
func NewAvgPool2d(kernel int, o ...PoolOptions) *AvgPool2d {
	return &AvgPool2d{Kernel: kernel, Options: checkPool("NewAvgPool2d", kernel, o)}
}

// Forward returns [N, C, oH, oW]; see [tensor.Tensor.AvgPool2d].
func (l *AvgPool2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).AvgPool2d(l.Kernel, l.Options)
}
