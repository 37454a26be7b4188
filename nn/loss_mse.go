package nn

import "github.com/lumen-ml/lumen/tensor"

// MSEOptions is the reduction of MSE.
type MSEOptions struct{ Reduction Reduction }

// MSE is the mean of (pred - target)² over all elements (torch.nn.MSELoss).
func MSE(pred, target *tensor.Tensor) *tensor.Tensor { return MSEWith(MSEOptions{})(pred, target) }

// MSEWith is MSE with options.
func MSEWith(o MSEOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("MSE", pred)
		alike("MSE", pred, target)
		notEmpty("MSE", pred, o.Reduction)
		return tensor.MSELoss(pred, target, o.Reduction)
	}
}
