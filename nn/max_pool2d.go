package nn

import "github.com/lumen-ml/lumen/tensor"

// MaxPool2d is the largest element of each window (torch.nn.MaxPool2d): input [N, C, H, W], result
// [N, C, oH, oW].
type MaxPool2d struct {
	Kernel  int
	Options PoolOptions
}

// NewMaxPool2d returns the layer; the stride is the kernel unless given.
func NewMaxPool2d(kernel int, o ...PoolOptions) *MaxPool2d {
	return &MaxPool2d{Kernel: kernel, Options: checkPool("NewMaxPool2d", kernel, o)}
}

// Forward returns [N, C, oH, oW]; see [tensor.Tensor.MaxPool2d].
func (l *MaxPool2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).MaxPool2d(l.Kernel, l.Options)
}
