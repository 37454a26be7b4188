package nn

import "github.com/lumen-ml/lumen/tensor"

// L1Options is the reduction of L1.
type L1Options struct{ Reduction Reduction }

// L1 is the mean of |pred - target| over all elements (torch.nn.L1Loss); where the
// two are equal the gradient is 0.
func L1(pred, target *tensor.Tensor) *tensor.Tensor { return L1With(L1Options{})(pred, target) }

// L1With is L1 with options.
func L1With(o L1Options) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		alike("L1", pred, target)
		notEmpty("L1", pred, o.Reduction)
		return reduce("L1", pred.Sub(target).Abs(), o.Reduction)
	}
}
