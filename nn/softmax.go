package nn

import "github.com/lumen-ml/lumen/tensor"

// Softmax is exp(x) / sum of exp(x) along Dim, so that it sums to 1 (torch.nn.Softmax).
type Softmax struct{ Dim int }

// NewSoftmax returns the module; a negative dim counts from the end.
func NewSoftmax(dim int) *Softmax { return &Softmax{Dim: dim} }

// Forward returns a tensor of x's shape.
func (l *Softmax) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).Softmax(l.Dim)
}
