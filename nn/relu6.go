package nn

import "github.com/lumen-ml/lumen/tensor"

// ReLU6 is min(max(x, 0), 6) (torch.nn.ReLU6); its derivative is 1 for 0 < x < 6 and 0
// elsewhere, at the limits too.
type ReLU6 struct{ _ distinct }

// NewReLU6 returns the module.
func NewReLU6() *ReLU6 { return &ReLU6{} }

// Forward applies ReLU6 to every element; see [tensor.Tensor.Clamp].
func (l *ReLU6) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).Clamp(0, 6) }
