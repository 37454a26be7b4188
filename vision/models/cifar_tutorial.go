package models

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// CIFARTutorial is the network of PyTorch's tutorial "Training a Classifier"
// (https://pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html): a LeNet for
// color images, two 5x5 convolutions of 6 and 16 channels without padding, each pooled
// by 2, then 120, 84 and the 10 classes. It has 62,006 parameters.
type CIFARTutorial struct {
	Conv1, Conv2  *nn.Conv2d
	FC1, FC2, FC3 *nn.Linear
}

// NewCIFARTutorial returns the network.
func NewCIFARTutorial() *CIFARTutorial {
	return &CIFARTutorial{
		Conv1: nn.NewConv2d(3, 6, 5, nn.ConvOptions{Activation: tensor.ActReLU}),
		Conv2: nn.NewConv2d(6, 16, 5, nn.ConvOptions{Activation: tensor.ActReLU}),
		FC1:   nn.NewLinear(16*5*5, 120, nn.LinearOptions{Activation: tensor.ActReLU}),
		FC2:   nn.NewLinear(120, 84, nn.LinearOptions{Activation: tensor.ActReLU}),
		FC3:   nn.NewLinear(84, 10),
	}
}

// Forward returns the logits [N, 10] for x [N, 3, 32, 32].
func (n *CIFARTutorial) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).MaxPool2d(2)
	x = n.Conv2.Forward(p, x).MaxPool2d(2)
	x = n.FC1.Forward(p, x.Flatten(1))
	x = n.FC2.Forward(p, x)
	return n.FC3.Forward(p, x)
}
