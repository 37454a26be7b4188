package models

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// ConvNetJSMNIST is the network of ConvNetJS's MNIST demonstration
// (https://cs.stanford.edu/people/karpathy/convnetjs/demo/mnist.html) for crops of
// 24 x 24: two 5x5 convolutions of 8 and 16 channels, pooled by 2 and by 3, then the 10
// classes. It has 5,994 parameters; they start as PyTorch's layers do.
type ConvNetJSMNIST struct {
	Conv1, Conv2 *nn.Conv2d
	FC           *nn.Linear
}

// NewConvNetJSMNIST returns the network.
func NewConvNetJSMNIST() *ConvNetJSMNIST {
	return &ConvNetJSMNIST{
		Conv1: nn.NewConv2d(1, 8, 5, nn.ConvOptions{Padding: 2, Activation: tensor.ActReLU}),
		Conv2: nn.NewConv2d(8, 16, 5, nn.ConvOptions{Padding: 2, Activation: tensor.ActReLU}),
		FC:    nn.NewLinear(16*4*4, 10),
	}
}

// Forward returns the logits [N, 10] for x [N, 1, 24, 24].
func (n *ConvNetJSMNIST) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).MaxPool2d(2)
	x = n.Conv2.Forward(p, x).MaxPool2d(3)
	return n.FC.Forward(p, x.Flatten(1))
}
