package nn

import "github.com/lumen-ml/lumen/tensor"

// BCEOptions are the weights and the reduction of a binary cross-entropy.
type BCEOptions = tensor.BCEOptions

// BCEWithLogits is the mean binary cross-entropy of probabilities sigmoid(pred) with
// targets between 0 and 1 of pred's shape (torch.nn.BCEWithLogitsLoss); it never
// overflows. See [tensor.BinaryCrossEntropyWithLogits].
func BCEWithLogits(pred, target *tensor.Tensor) *tensor.Tensor {
	return BCEWithLogitsWith(BCEOptions{})(pred, target)
}

// BCEWithLogitsWith is BCEWithLogits with options.
func BCEWithLogitsWith(o BCEOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("BCEWithLogits", pred)
		notEmpty("BCEWithLogits", pred, o.Reduction)
		return tensor.BinaryCrossEntropyWithLogits(pred, target, o)
	}
}

// BCE is the mean binary cross-entropy of probabilities with targets between 0 and 1
// of their shape (torch.nn.BCELoss). Predictions outside 0 to 1, such as logits, panic
// with a *tensor.ShapeError. See [tensor.BinaryCrossEntropy].
func BCE(pred, target *tensor.Tensor) *tensor.Tensor {
	return BCEWith(BCEOptions{})(pred, target)
}

// BCEWith is BCE with options.
func BCEWith(o BCEOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("BCE", pred)
		notEmpty("BCE", pred, o.Reduction)
		if o.Reduction == ReductionNone {
			wantProbabilities(pred)
			return tensor.BinaryCrossEntropy(pred, target, o)
		}
		loss := tensor.BinaryCrossEntropy(pred, target, o)
		if v := loss.Item(); v != v { // as it is where a prediction is no probability
			wantProbabilities(pred)
		}
		return loss
	}
}

// wantProbabilities panics if a prediction lies outside 0 to 1. NaN is let through: it
// is a model that diverged, and shows in the loss.
func wantProbabilities(pred *tensor.Tensor) {
	if pred == nil || pred.Numel() == 0 || !pred.DType().IsFloat() {
		return
	}
	values := pred.Clone().Detach() // Detach alone would keep the step's memory
	low, high := values.MinAll().Item(), values.MaxAll().Item()
	if low < 0 || high > 1 {
		badInput("BCE", pred, "predictions must be probabilities from 0 to 1, these go from %g to %g; for logits use BCEWithLogits", low, high)
	}
}
