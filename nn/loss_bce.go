package nn

import "github.com/lumen-ml/lumen/tensor"

// BCEOptions are the weights and the reduction of a binary cross-entropy.
type BCEOptions = tensor.BCEOptions

// BCEWithLogits is the mean binary cross-entropy of probabilities sigmoid(pred) with
// targets between 0 and 1 of pred's shape (torch.nn.BCEWithLogitsLoss); it never
// overflows. See [tensor.BinaryCrossEntropyWithLogits].
func BCEWithLogits(pred, target *tensor.Tensor) *tensor.Tensor {
	return tensor.BinaryCrossEntropyWithLogits(pred, target, BCEOptions{})
}

// BCEWithLogitsWith is BCEWithLogits with options.
func BCEWithLogitsWith(o BCEOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		return tensor.BinaryCrossEntropyWithLogits(pred, target, o)
	}
}

// BCE is the mean binary cross-entropy of probabilities with targets between 0 and 1
// of their shape (torch.nn.BCELoss). See [tensor.BinaryCrossEntropy].
func BCE(pred, target *tensor.Tensor) *tensor.Tensor {
	return tensor.BinaryCrossEntropy(pred, target, BCEOptions{})
}

// BCEWith is BCE with options.
func BCEWith(o BCEOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		return tensor.BinaryCrossEntropy(pred, target, o)
	}
}
