package nn

import "github.com/lumen-ml/lumen/tensor"

// BatchNorm2d brings every channel of a batch to mean 0 and variance 1, then scales
// and shifts it (torch.nn.BatchNorm2d): input and result [N, C, H, W]. In
// training it uses the batch's statistics and moves the running ones towards them;
// in inference it uses the running ones.
type BatchNorm2d struct{ batchNorm }

// NewBatchNorm2d returns a layer for the given number of channels: weights 1, biases 0.
//
// Training writes the running statistics, so one training Pass at a time may go through
// the layer. For data-parallel training give every Pass but one p.Eval(layer), which
// holds the layer's weight and bias there too, or give every Pass a [Clone].
func NewBatchNorm2d(channels int, o ...BatchNormOptions) *BatchNorm2d {
	return &BatchNorm2d{newBatchNorm("NewBatchNorm2d", channels, o)}
}

// Forward returns a tensor of x's shape; see [tensor.BatchNorm].
func (l *BatchNorm2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.apply(p, p.Enter(l, x), l.Options.Activation)
}

// apply is Forward with an activation, a, in place of the options'.
func (l *BatchNorm2d) apply(p *Pass, x *tensor.Tensor, a tensor.Activation) *tensor.Tensor {
	if x.Dim() != 4 {
		badInput("BatchNorm2d", x, "an input [N, C, H, W] is wanted")
	}
	return l.normalise(p, l, x, a)
}
