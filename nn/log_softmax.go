package nn

import "github.com/lumen-ml/lumen/tensor"

// LogSoftmax is the logarithm of Softmax along Dim, without overflow (torch.nn.LogSoftmax).
type LogSoftmax struct{ Dim int }

// NewLogSoftmax returns the module; a negative dim counts from the end.
func NewLogSoftmax(dim int) *LogSoftmax { return &LogSoftmax{Dim: dim} }

// Forward returns a tensor of x's shape.
func (l *LogSoftmax) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).LogSoftmax(l.Dim)
}
