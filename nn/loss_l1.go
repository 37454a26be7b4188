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
		defer rename("L1", pred)
		alike("L1", pred, target)
		notEmpty("L1", pred, o.Reduction)
		return tensor.L1Loss(pred, target, o.Reduction)
	}
}
