package nn

import "github.com/lumen-ml/lumen/tensor"

// Dropout replaces elements by 0 with probability P in training and multiplies
// the others by 1/(1-P); in inference it does nothing (torch.nn.Dropout). What is
// dropped follows from the seed of the Pass.
type Dropout struct{ P float64 }

// NewDropout returns the layer for a probability between 0 and 1.
func NewDropout(p float64) *Dropout {
	if !(p >= 0 && p <= 1) {
		badSize("NewDropout", "the probability must lie between 0 and 1, not %g", p)
	}
	return &Dropout{P: p}
}

// Forward returns a tensor of x's shape.
func (l *Dropout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	if !p.IsTraining(l) {
		return x
	}
	return tensor.Dropout(x, l.P, p.Rand())
}

func (l *Dropout) operation() string { return "dropout" }
