package models

import (
	"math"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// MobileNetV2Options are the options of a MobileNetV2; the zero value is torchvision's
// default.
type MobileNetV2Options struct {
	Classes  int // 0 means 1000
	Channels int // of the images; 0 means 3
	// Width multiplies the channels of every layer, which are then rounded to multiples
	// of RoundTo; 0 means 1. The last 1280 do not become fewer.
	Width   float64
	RoundTo int // 0 means 8, 1 is no rounding
	// Dropout is the probability before the linear layer; 0 means 0.2.
	Dropout   float64
	NoDropout bool
}

// MobileNetV2 is the network of Sandler, Howard, Zhu, Zhmoginov and Chen, "MobileNetV2:
// Inverted Residuals and Linear Bottlenecks" (2018), under the names and with the
// initialisation of torchvision.models.mobilenet_v2: convolutions without bias start
// normal with variance 2 / (out * kernel²), the linear layer with standard deviation
// 0.01, its bias at 0.
type MobileNetV2 struct {
	Features   *nn.Sequential
	Classifier *nn.Sequential
	Options    MobileNetV2Options
}

// inverted is table 2 of the paper: expansion, channels, blocks, stride of the first.
var inverted = [][4]int{
	{1, 16, 1, 1},
	{6, 24, 2, 2},
	{6, 32, 3, 2},
	{6, 64, 4, 2},
	{6, 96, 3, 1},
	{6, 160, 3, 2},
	{6, 320, 1, 1},
}

// NewMobileNetV2 returns the network, of 3,504,872 parameters for 1000 classes. It
// panics with a *tensor.ShapeError on options that make no network.
func NewMobileNetV2(options ...MobileNetV2Options) *MobileNetV2 {
	const op = "NewMobileNetV2"
	o := one(op, options)
	o.Classes = orDefault(op, "Classes", o.Classes, 1000)
	o.Channels = orDefault(op, "Channels", o.Channels, 3)
	o.RoundTo = orDefault(op, "RoundTo", o.RoundTo, 8)
	o.Dropout = dropout(op, o.Dropout, o.NoDropout, 0.2)
	if o.Width == 0 {
		o.Width = 1
	}
	if !(o.Width > 0 && o.Width <= 1000) {
		badSize(op, "Width must lie above 0 and not above 1000, or be 0 for 1, not %g", o.Width)
	}

	channels := divisible(32*o.Width, o.RoundTo)
	features := []nn.Module{convNormReLU6(o.Channels, channels, 3, nn.ConvOptions{Stride: 2})}
	for _, row := range inverted {
		out := divisible(float64(row[1])*o.Width, o.RoundTo)
		for i := range row[2] {
			stride := 1
			if i == 0 {
				stride = row[3]
			}
			features = append(features, NewInvertedResidual(channels, out, stride, row[0]))
			channels = out
		}
	}
	last := divisible(1280*max(1, o.Width), o.RoundTo)
	features = append(features, convNormReLU6(channels, last, 1, nn.ConvOptions{}))
	return &MobileNetV2{
		Features:   nn.NewSequential(features...),
		Classifier: nn.NewSequential(nn.NewDropout(o.Dropout), newHead(last, o.Classes)),
		Options:    o,
	}
}

// Forward returns the logits [N, classes] for x [N, channels, H, W]. Any size will do;
// training needs more than one value a channel at the last blocks: two images, or more
// than 32 rows.
func (n *MobileNetV2) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Features.Forward(p, x).AdaptiveAvgPool2d(1, 1)
	return n.Classifier.Forward(p, x.Flatten(1))
}

// convNormReLU6 is torchvision's Conv2dNormActivation: a convolution that keeps the
// size but for its stride, batch norm, ReLU6.
func convNormReLU6(in, out, kernel int, o nn.ConvOptions) *nn.Sequential {
	o.Padding, o.NoBias = (kernel-1)/2, true
	return nn.NewSequential(newConv(in, out, kernel, o), nn.NewBatchNorm2d(out), nn.NewReLU6())
}

// divisible rounds v to a multiple of divisor, at least one, and up where rounding down
// would take away more than a tenth (torchvision's _make_divisible).
func divisible(v float64, divisor int) int {
	d := float64(divisor)
	n := max(d, math.Floor((v+d/2)/d)*d)
	if n < 0.9*v {
		n += d
	}
	return int(n)
}
