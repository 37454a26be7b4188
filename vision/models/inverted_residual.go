package models

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// InvertedResidual is the block of MobileNetV2: a 1x1 convolution to more channels (none
// for expansion 1), a 3x3 convolution of every channel by itself, and a 1x1 convolution
// to fewer channels without activation, each with batch norm (Sandler et al. 2018, figure 4).
type InvertedResidual struct {
	Conv *nn.Sequential
	// Residual adds the input to the result: where they have one shape.
	Residual bool
}

// NewInvertedResidual returns a block from in to out channels with expansion * in
// channels between. It panics with a *tensor.ShapeError on numbers below 1.
func NewInvertedResidual(in, out, stride, expansion int) *InvertedResidual {
	if in < 1 || out < 1 || stride < 1 || expansion < 1 {
		badSize("NewInvertedResidual", "channels, stride and expansion must be 1 or more, not %d, %d, %d and %d", in, out, stride, expansion)
	}
	hidden := in * expansion
	var layers []nn.Module
	if expansion != 1 {
		layers = append(layers, convNormReLU6(in, hidden, 1, nn.ConvOptions{}))
	}
	layers = append(layers,
		convNormReLU6(hidden, hidden, 3, nn.ConvOptions{Stride: stride, Groups: hidden}),
		newConv(hidden, out, 1, nn.ConvOptions{NoBias: true}),
		nn.NewBatchNorm2d(out))
	return &InvertedResidual{Conv: nn.NewSequential(layers...), Residual: stride == 1 && in == out}
}

// Forward returns [N, out, ceil(H/stride), ceil(W/stride)] for x [N, in, H, W].
func (b *InvertedResidual) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.Conv.Forward(p, x)
	if !b.Residual {
		return y
	}
	y = p.Enter(b, y) // the sum is the block's own, not the batch norm's, to an observer
	return y.Add(x)
}
