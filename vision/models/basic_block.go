package models

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// BasicBlock is the residual block of ResNet-18 and 34: two 3x3 convolutions with batch
// norm, whose result is added to the input (He et al. 2015, figure 2).
type BasicBlock struct {
	Conv1 *nn.Conv2d
	BN1   *nn.BatchNorm2d
	Conv2 *nn.Conv2d
	BN2   *nn.BatchNorm2d
	// Downsample is a 1x1 convolution with batch norm that gives the input the result's
	// shape; nil where it has it.
	Downsample *nn.Sequential
}

// NewBasicBlock returns a block from in to out channels whose first convolution has the
// given stride. It panics with a *tensor.ShapeError on numbers below 1.
func NewBasicBlock(in, out, stride int) *BasicBlock {
	if in < 1 || out < 1 || stride < 1 {
		badSize("NewBasicBlock", "channels and stride must be 1 or more, not %d, %d and %d", in, out, stride)
	}
	b := &BasicBlock{
		Conv1: newConv(in, out, 3, nn.ConvOptions{Stride: stride, Padding: 1, NoBias: true}),
		BN1:   nn.NewBatchNorm2d(out, nn.BatchNormOptions{Activation: tensor.ActReLU}),
		Conv2: newConv(out, out, 3, nn.ConvOptions{Padding: 1, NoBias: true}),
		BN2:   nn.NewBatchNorm2d(out),
	}
	if stride != 1 || in != out {
		b.Downsample = nn.NewSequential(
			newConv(in, out, 1, nn.ConvOptions{Stride: stride, NoBias: true}),
			nn.NewBatchNorm2d(out))
	}
	return b
}

// Forward returns [N, out, ceil(H/stride), ceil(W/stride)] for x [N, in, H, W].
func (b *BasicBlock) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.BN1.Forward(p, b.Conv1.Forward(p, x))
	y = b.BN2.Forward(p, b.Conv2.Forward(p, y))
	if b.Downsample != nil {
		x = b.Downsample.Forward(p, x)
	}
	y = p.Enter(b, y)                    // what follows is the block's own, not the batch norm's, to an observer
	return y.AddInPlace(x).ReLUInPlace() // no operation needs what the batch norm returned
}
