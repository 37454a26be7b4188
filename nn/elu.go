package nn

import "github.com/lumen-ml/lumen/tensor"

// ELU is x for x > 0, else Alpha * (exp(x) - 1) (torch.nn.ELU).
type ELU struct{ Alpha float64 }

// NewELU returns the module; PyTorch's default is 1.
func NewELU(alpha float64) *ELU {
	real("NewELU", "alpha", alpha)
	return &ELU{Alpha: alpha}
}

// Forward applies ELU to every element.
func (l *ELU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).ELU(l.Alpha)
}
