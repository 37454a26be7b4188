package models

import "github.com/lumen-ml/lumen/nn"

// kaimingFanOut is how torchvision starts the weights of convolutions: normal, with
// the variance 2 / (out * kernel) of He et al. 2015 that keeps the size of gradients.
var kaimingFanOut = nn.KaimingNormal{Mode: nn.FanOut, Nonlinearity: "relu"}

// newConv is a convolution that starts as torchvision's do: a bias, if any, at 0.
func newConv(in, out, kernel int, o nn.ConvOptions) *nn.Conv2d {
	c := nn.NewConv2d(in, out, kernel, o)
	c.Weight.SetInitializer(kaimingFanOut)
	if c.Bias != nil {
		c.Bias.SetInitializer(nn.Zeros())
	}
	return c
}

// newHead is a linear layer that starts as those of torchvision's VGG and MobileNet
// do: weights normal with standard deviation 0.01, the bias at 0.
func newHead(in, out int) *nn.Linear {
	l := nn.NewLinear(in, out)
	l.Weight.SetInitializer(nn.Normal{Std: 0.01})
	l.Bias.SetInitializer(nn.Zeros())
	return l
}
