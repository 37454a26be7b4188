package nn

import "github.com/lumen-ml/lumen/tensor"

// Flatten joins all dimensions but the first (torch.nn.Flatten): [N, ...] to [N, rest].
type Flatten struct{ _ distinct }

// NewFlatten returns the layer.
func NewFlatten() *Flatten { return &Flatten{} }

// Forward returns [N, rest] for x [N, ...]; memory is shared where possible.
func (l *Flatten) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).Flatten(1)
}

// distinct gives a layer without fields a size: pointers to values of no size may be
// equal, and an observer could not tell two such layers apart.
type distinct struct{ _ byte }
