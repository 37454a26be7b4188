package nn

import "github.com/lumen-ml/lumen/tensor"

// SmoothL1Options are the options of SmoothL1.
type SmoothL1Options struct {
	Beta      float64 // where the square becomes a line; 0 means 1
	Reduction Reduction
}

// SmoothL1 is the mean of d²/2 where |d| < 1 and |d| - 1/2 elsewhere, with d = pred -
// target (torch.nn.SmoothL1Loss).
func SmoothL1(pred, target *tensor.Tensor) *tensor.Tensor {
	return SmoothL1With(SmoothL1Options{})(pred, target)
}

// SmoothL1With is SmoothL1 with another limit than 1: the Huber loss divided by it.
func SmoothL1With(o SmoothL1Options) Loss {
	notNegative("SmoothL1With", "Beta", o.Beta)
	beta := orOne(o.Beta)
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("SmoothL1", pred)
		alike("SmoothL1", pred, target)
		notEmpty("SmoothL1", pred, o.Reduction)
		return tensor.SmoothL1Loss(pred, target, beta, o.Reduction)
	}
}
