package models

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// ConvNetJSCIFAR is the network of ConvNetJS's CIFAR-10 demonstration
// (https://cs.stanford.edu/people/karpathy/convnetjs/demo/cifar10.html): three 5x5
// convolutions of 16, 20 and 20 channels, each pooled by 2, then the 10 classes. It has
// 22,466 parameters; they start as PyTorch's layers do.
type ConvNetJSCIFAR struct {
	Conv1, Conv2, Conv3 *nn.Conv2d
	FC                  *nn.Linear
}

// NewConvNetJSCIFAR returns the network.
func NewConvNetJSCIFAR() *ConvNetJSCIFAR {
	o := nn.ConvOptions{Padding: 2, Activation: tensor.ActReLU}
	return &ConvNetJSCIFAR{
		Conv1: nn.NewConv2d(3, 16, 5, o),
		Conv2: nn.NewConv2d(16, 20, 5, o),
		Conv3: nn.NewConv2d(20, 20, 5, o),
		FC:    nn.NewLinear(20*4*4, 10),
	}
}

// Forward returns the logits [N, 10] for x [N, 3, 32, 32].
func (n *ConvNetJSCIFAR) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).MaxPool2d(2)
	x = n.Conv2.Forward(p, x).MaxPool2d(2)
	x = n.Conv3.Forward(p, x).MaxPool2d(2)
	return n.FC.Forward(p, x.Flatten(1))
}
