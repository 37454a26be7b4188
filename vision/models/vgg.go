package models

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// VGGOptions are the options of a VGG network; the zero value is torchvision's default.
type VGGOptions struct {
	Classes  int // 0 means 1000
	Channels int // of the images; 0 means 3
	// Hidden is the width of the two linear layers before the last; 0 means 4096, which
	// holds nine tenths of the parameters.
	Hidden    int
	BatchNorm bool // after every convolution, as in torchvision's vgg11_bn
	// Dropout is the probability behind each hidden linear layer; 0 means 0.5.
	Dropout   float64
	NoDropout bool
}

// VGG is the network of Simonyan and Zisserman, "Very Deep Convolutional Networks for
// Large-Scale Image Recognition" (2014), under the names and with the initialisation of
// torchvision.models.vgg11 and vgg11_bn: rows of 3x3 convolutions between max poolings,
// brought to 7 x 7 by averages, then three linear layers. Convolutions start normal with
// variance 2 / (out * kernel²), linear layers with standard deviation 0.01, biases at 0.
type VGG struct {
	Features   *nn.Sequential
	AvgPool    *nn.AdaptiveAvgPool2d `lumen:"avgpool"`
	Classifier *nn.Sequential
	Options    VGGOptions
}

// NewVGG11 returns the network of 11 layers, configuration A of the paper: 132,863,336
// parameters for 1000 classes, 132,868,840 with BatchNorm. It panics with a
// *tensor.ShapeError on options that make no network.
func NewVGG11(o ...VGGOptions) *VGG {
	return newVGG("NewVGG11", []int{64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0}, o)
}

// newVGG makes a network of convolutions with the given channels; 0 is a max pooling.
func newVGG(op string, configuration []int, options []VGGOptions) *VGG {
	o := one(op, options)
	o.Classes = orDefault(op, "Classes", o.Classes, 1000)
	o.Channels = orDefault(op, "Channels", o.Channels, 3)
	o.Hidden = orDefault(op, "Hidden", o.Hidden, 4096)
	o.Dropout = dropout(op, o.Dropout, o.NoDropout, 0.5)

	var features []nn.Module
	channels := o.Channels
	for _, out := range configuration {
		if out == 0 {
			features = append(features, nn.NewMaxPool2d(2))
			continue
		}
		features = append(features, newConv(channels, out, 3, nn.ConvOptions{Padding: 1}))
		if o.BatchNorm {
			features = append(features, nn.NewBatchNorm2d(out))
		}
		features = append(features, nn.NewReLU())
		channels = out
	}
	return &VGG{
		Features: nn.NewSequential(features...),
		AvgPool:  nn.NewAdaptiveAvgPool2d(7, 7),
		Classifier: nn.NewSequential(
			newHead(channels*7*7, o.Hidden), nn.NewReLU(), nn.NewDropout(o.Dropout),
			newHead(o.Hidden, o.Hidden), nn.NewReLU(), nn.NewDropout(o.Dropout),
			newHead(o.Hidden, o.Classes)),
		Options: o,
	}
}

// Forward returns the logits [N, classes] for x [N, channels, H, W] of at least 32 x 32.
func (n *VGG) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.AvgPool.Forward(p, n.Features.Forward(p, x))
	return n.Classifier.Forward(p, x.Flatten(1))
}
