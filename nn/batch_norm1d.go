package nn

import "github.com/lumen-ml/lumen/tensor"

// BatchNorm1d brings every channel of a batch to mean 0 and variance 1, then scales
// and shifts it (torch.nn.BatchNorm1d): input and result [N, C] or [N, C, L]. In
// training it uses the batch's statistics and moves the running ones towards them;
// in inference it uses the running ones.
type BatchNorm1d struct{ batchNorm }

// NewBatchNorm1d returns a layer for the given number of channels: weights 1, biases 0.
//
// Training writes the running statistics, so one training Pass at a time may go through
// the layer. For data-parallel training give every Pass but one p.Eval(layer), which
// holds the layer's weight and bias there too, or give every Pass a [Clone].
func NewBatchNorm1d(channels int, o ...BatchNormOptions) *BatchNorm1d {
	return &BatchNorm1d{newBatchNorm("NewBatchNorm1d", channels, o)}
}

// Forward returns a tensor of x's shape; see [tensor.BatchNorm].
func (l *BatchNorm1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.apply(p, p.Enter(l, x), l.Options.Activation)
}

// apply is Forward with an activation, a, in place of the options'.
func (l *BatchNorm1d) apply(p *Pass, x *tensor.Tensor, a tensor.Activation) *tensor.Tensor {
	if x.Dim() != 2 && x.Dim() != 3 {
		badInput("BatchNorm1d", x, "an input [N, C] or [N, C, L] is wanted")
	}
	return l.normalise(p, l, x, a)
}
