package nn

import "github.com/lumen-ml/lumen/tensor"

// CrossEntropyOptions are class weights, label smoothing, ignored labels and the
// reduction of a cross-entropy; the zero value is PyTorch's default.
type CrossEntropyOptions = tensor.CrossEntropyOptions

// CrossEntropy is the mean cross-entropy of logits [N, classes, ...] with int64
// labels [N, ...] or probabilities of the logits' shape (torch.nn.CrossEntropyLoss).
// Labels of -100 do not count. See [tensor.SoftmaxCrossEntropy].
func CrossEntropy(pred, target *tensor.Tensor) *tensor.Tensor {
	return CrossEntropyWith(CrossEntropyOptions{})(pred, target)
}

// CrossEntropyWith is CrossEntropy with options.
func CrossEntropyWith(o CrossEntropyOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("CrossEntropy", pred)
		notEmpty("CrossEntropy", pred, o.Reduction)
		return tensor.SoftmaxCrossEntropy(pred, target, o)
	}
}
