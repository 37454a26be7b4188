package nn

import "github.com/lumen-ml/lumen/tensor"

// Dropout2d replaces whole channels of [N, C, H, W] by 0 with probability P in training and multiplies
// the others by 1/(1-P); in inference it does nothing (torch.nn.Dropout2d). What is
// dropped follows from the seed of the Pass.
type Dropout2d struct{ P float64 }

// NewDropout2d returns the layer for a probability between 0 and 1.
func NewDropout2d(p float64) *Dropout2d {
	if !(p >= 0 && p <= 1) {
		badSize("NewDropout2d", "the probability must lie between 0 and 1, not %g", p)
	}
	return &Dropout2d{P: p}
}

// Forward returns a tensor of x's shape.
func (l *Dropout2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	if !p.IsTraining(l) {
		return x
	}
	return tensor.FeatureDropout(x, l.P, p.Rand())
}

func (l *Dropout2d) operation() string { return "dropout" }
