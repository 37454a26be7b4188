package nn

import "github.com/lumen-ml/lumen/tensor"

// LeakyReLU is x for x > 0, else Slope * x (torch.nn.LeakyReLU).
type LeakyReLU struct{ Slope float64 }

// NewLeakyReLU returns the module; PyTorch's default is 0.01.
func NewLeakyReLU(slope float64) *LeakyReLU {
	real("NewLeakyReLU", "the slope", slope)
	return &LeakyReLU{Slope: slope}
}

// Forward applies LeakyReLU to every element.
func (l *LeakyReLU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).LeakyReLU(l.Slope)
}
