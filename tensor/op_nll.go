package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// NLLOptions of [NLL]; the fields are those of [CrossEntropyOptions].
type NLLOptions struct {
	Weight    *Tensor   `json:",omitempty"`
	Ignore    []int64   `json:",omitempty"`
	Reduction Reduction `json:",omitempty"`
}

// NLL is torch.nn.functional.nll_loss: the negative log-likelihood -w[y]*x[y] of int64
// labels y under log-probabilities x, [batch, classes, d1, ...] or [classes], such as
// LogSoftmax gives. Labels, mean and errors are as for [SoftmaxCrossEntropy].
func NLL(x, target *Tensor, o NLLOptions) *Tensor {
	const op = "NLL"
	notNil(op, x, target)
	s := begin(op, x, target, o.Weight)
	floats(op, x)
	checkLabels(op, x, target, o.Weight, o.Ignore, o.Reduction)
	return entropy(s, "nll", x, x.contiguous(), nil, target, o.Weight,
		nd.CrossEntropyArgs{Ignore: ignored(o.Ignore), Reduction: o.Reduction})
}
