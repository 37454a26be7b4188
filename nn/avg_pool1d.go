package nn

import "github.com/lumen-ml/lumen/tensor"

// AvgPool1d is the mean of each window along one dimension (torch.nn.AvgPool1d): input
// [N, C, L], result [N, C, oL].
type AvgPool1d struct {
	Kernel  int
	Options PoolOptions
}

// NewAvgPool1d returns the layer; the stride is the kernel unless given, and the HW
// options must not be set.
func NewAvgPool1d(kernel int, o ...PoolOptions) *AvgPool1d {
	return &AvgPool1d{Kernel: kernel, Options: checkPool("NewAvgPool1d", kernel, o)}
}

// Forward returns [N, C, oL]; see [tensor.Tensor.AvgPool1d].
func (l *AvgPool1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).AvgPool1d(l.Kernel, l.Options)
}

func (l *AvgPool1d) operation() string { return "avg_pool2d" }
