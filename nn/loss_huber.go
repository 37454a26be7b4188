package nn

import "github.com/lumen-ml/lumen/tensor"

// HuberOptions are the options of Huber.
type HuberOptions struct {
	Delta     float64 // where the square becomes a line; 0 means 1
	Reduction Reduction
}

// Huber is the mean of d²/2 where |d| <= 1 and |d| - 1/2 elsewhere, with d = pred -
// target (torch.nn.HuberLoss).
func Huber(pred, target *tensor.Tensor) *tensor.Tensor {
	return HuberWith(HuberOptions{})(pred, target)
}

// HuberWith is Huber with another limit than 1: d²/2 where |d| <= Delta and
// Delta (|d| - Delta/2) elsewhere.
func HuberWith(o HuberOptions) Loss {
	notNegative("HuberWith", "Delta", o.Delta)
	delta := orOne(o.Delta)
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("Huber", pred)
		alike("Huber", pred, target)
		notEmpty("Huber", pred, o.Reduction)
		return tensor.HuberLoss(pred, target, delta, o.Reduction)
	}
}
