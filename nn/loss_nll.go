package nn

import "github.com/lumen-ml/lumen/tensor"

// NLLOptions are class weights, ignored labels and the reduction of NLL.
type NLLOptions = tensor.NLLOptions

// NLL is the mean negative log-likelihood of int64 labels [N, ...] under
// log-probabilities [N, classes, ...], such as LogSoftmax gives (torch.nn.NLLLoss).
// See [tensor.NLL].
func NLL(pred, target *tensor.Tensor) *tensor.Tensor { return NLLWith(NLLOptions{})(pred, target) }

// NLLWith is NLL with options.
func NLLWith(o NLLOptions) Loss {
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		defer rename("NLL", pred)
		notEmpty("NLL", pred, o.Reduction)
		return tensor.NLL(pred, target, o)
	}
}
