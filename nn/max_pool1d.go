package nn

import "github.com/lumen-ml/lumen/tensor"

// MaxPool1d is the largest element of each window along one dimension (torch.nn.MaxPool1d): input
// [N, C, L], result [N, C, oL].
type MaxPool1d struct {
	Kernel  int
	Options PoolOptions
}

// NewMaxPool1d returns the layer; the stride is the kernel unless given, and the HW
// options must not be set.
func NewMaxPool1d(kernel int, o ...PoolOptions) *MaxPool1d {
	return &MaxPool1d{Kernel: kernel, Options: checkPool("NewMaxPool1d", kernel, o)}
}

// Forward returns [N, C, oL]; see [tensor.Tensor.MaxPool1d].
func (l *MaxPool1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).MaxPool1d(l.Kernel, l.Options)
}

func (l *MaxPool1d) operation() string { return "max_pool2d" }
