package models

import (
	"fmt"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// LeNet5 is the network of LeCun, Bottou, Bengio and Haffner, "Gradient-Based
// Learning Applied to Document Recognition" (1998), with ReLU and max pooling as it
// is taught today: two 5x5 convolutions of 6 and 16 channels, each pooled by 2, then
// 120, 84 and the classes. For MNIST it has 61,706 parameters.
type LeNet5 struct {
	Conv1, Conv2  *nn.Conv2d
	FC1, FC2, FC3 *nn.Linear
}

// NewLeNet5 returns a LeNet for images of the given channels, height and width: at
// least 12 x 12, 28 x 28 for MNIST. The first convolution pads by 2, as for MNIST's
// 28 x 28 in the place of the paper's 32 x 32. It panics with a *tensor.ShapeError on
// smaller images or fewer than 2 classes.
func NewLeNet5(channels, height, width, classes int) *LeNet5 {
	if channels < 1 || classes < 2 || height < 12 || width < 12 {
		panic(&tensor.ShapeError{Op: "NewLeNet5", Shapes: [][]int{{channels, height, width}}, Where: tensor.Caller(),
			Want: fmt.Sprintf("images of at least 1 channel and 12 x 12 are wanted, and at least 2 classes, here %d", classes)})
	}
	after := func(n int) int { return (n/2 - 4) / 2 }
	return &LeNet5{
		Conv1: nn.NewConv2d(channels, 6, 5, nn.ConvOptions{Padding: 2, Activation: tensor.ActReLU}),
		Conv2: nn.NewConv2d(6, 16, 5, nn.ConvOptions{Activation: tensor.ActReLU}),
		FC1:   nn.NewLinear(16*after(height)*after(width), 120, nn.LinearOptions{Activation: tensor.ActReLU}),
		FC2:   nn.NewLinear(120, 84, nn.LinearOptions{Activation: tensor.ActReLU}),
		FC3:   nn.NewLinear(84, classes),
	}
}

// Forward returns the logits [N, classes].
func (n *LeNet5) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).MaxPool2d(2)
	x = n.Conv2.Forward(p, x).MaxPool2d(2)
	x = n.FC1.Forward(p, x.Flatten(1))
	x = n.FC2.Forward(p, x)
	return n.FC3.Forward(p, x)
}
