package nn

import "github.com/lumen-ml/lumen/tensor"

// The activations that have no options, as modules. Each applies the method of its
// name to every element.

type (
	// ReLU is max(x, 0) (torch.nn.ReLU, see [tensor.Tensor.ReLU]).
	ReLU struct{ _ distinct }
	// Sigmoid is 1 / (1 + exp(-x)) (torch.nn.Sigmoid, see [tensor.Tensor.Sigmoid]).
	Sigmoid struct{ _ distinct }
	// LogSigmoid is log(sigmoid(x)) (torch.nn.LogSigmoid, see [tensor.Tensor.LogSigmoid]).
	LogSigmoid struct{ _ distinct }
	// Tanh is tanh(x) (torch.nn.Tanh, see [tensor.Tensor.Tanh]).
	Tanh struct{ _ distinct }
	// GELU is x Φ(x), Φ the normal distribution function (torch.nn.GELU, see [tensor.Tensor.GELU]).
	GELU struct{ _ distinct }
	// SiLU is x sigmoid(x) (torch.nn.SiLU, see [tensor.Tensor.SiLU]).
	SiLU struct{ _ distinct }
	// Softplus is log(1 + exp(x)) (torch.nn.Softplus, see [tensor.Tensor.Softplus]).
	Softplus struct{ _ distinct }
)

// NewReLU returns the module.
func NewReLU() *ReLU { return &ReLU{} }

// Forward applies ReLU to every element.
func (l *ReLU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).ReLU() }

// NewSigmoid returns the module.
func NewSigmoid() *Sigmoid { return &Sigmoid{} }

// Forward applies Sigmoid to every element.
func (l *Sigmoid) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).Sigmoid() }

// NewLogSigmoid returns the module.
func NewLogSigmoid() *LogSigmoid { return &LogSigmoid{} }

// Forward applies LogSigmoid to every element.
func (l *LogSigmoid) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).LogSigmoid()
}

// NewTanh returns the module.
func NewTanh() *Tanh { return &Tanh{} }

// Forward applies Tanh to every element.
func (l *Tanh) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).Tanh() }

// NewGELU returns the module.
func NewGELU() *GELU { return &GELU{} }

// Forward applies GELU to every element.
func (l *GELU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).GELU() }

// NewSiLU returns the module.
func NewSiLU() *SiLU { return &SiLU{} }

// Forward applies SiLU to every element.
func (l *SiLU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).SiLU() }

// NewSoftplus returns the module.
func NewSoftplus() *Softplus { return &Softplus{} }

// Forward applies Softplus to every element.
func (l *Softplus) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return p.Enter(l, x).Softplus() }
