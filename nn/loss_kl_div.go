package nn

import "github.com/lumen-ml/lumen/tensor"

// KLDivOptions are the options of KLDiv.
type KLDivOptions struct {
	LogTarget bool // the target holds logarithms of probabilities
	// BatchMean divides by the length of the first dimension instead of the number of
	// elements, which makes it the divergence itself. Reduction is not used then.
	BatchMean bool
	Reduction Reduction
}

// KLDiv is the mean over all elements of target (log target - pred) for pred
// logarithms of probabilities and target probabilities of its shape, 0 where the
// target is (torch.nn.KLDivLoss, with its default reduction).
func KLDiv(pred, target *tensor.Tensor) *tensor.Tensor {
	return KLDivWith(KLDivOptions{})(pred, target)
}

// KLDivWith is KLDiv with options.
func KLDivWith(o KLDivOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		alike("KLDiv", pred, target)
		notEmpty("KLDiv", pred, o.Reduction)
		var d *tensor.Tensor
		if o.LogTarget {
			d = target.Exp().Mul(target.Sub(pred))
		} else {
			// 0 log 0 is 0: the logarithm of 1 stands in where the target is 0.
			logTarget := target.MaskedFill(target.EqScalar(0), 1).Log()
			d = target.Mul(logTarget.Sub(pred))
		}
		if o.BatchMean {
			if pred.Dim() == 0 {
				badInput("KLDiv", pred, "BatchMean wants a batch, [N, ...]")
			}
			return d.Sum().MulScalar(1 / float64(pred.Size(0)))
		}
		return reduce("KLDiv", d, o.Reduction)
	}
}
