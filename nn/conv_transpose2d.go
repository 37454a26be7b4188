package nn

import "github.com/lumen-ml/lumen/tensor"

// ConvTranspose2d is the transposed convolution (torch.nn.ConvTranspose2d), which
// enlarges: input [N, in, H, W], result [N, out, oH, oW].
type ConvTranspose2d struct {
	Weight  *Param // [in, out/groups, kH, kW]
	Bias    *Param // [out], nil with NoBias
	Options ConvOptions
}

// NewConvTranspose2d returns a layer from in to out channels with a square kernel.
// Weight and bias start even within ±1/sqrt(out/groups * kernel²), as PyTorch's.
func NewConvTranspose2d(in, out, kernel int, o ...ConvOptions) *ConvTranspose2d {
	l := &ConvTranspose2d{Options: one("NewConvTranspose2d", o)}
	l.Weight, l.Bias = convParams("NewConvTranspose2d", in, out, out, []int{kernel, kernel}, l.Options)
	return l
}

// Forward returns [N, out, oH, oW] for x [N, in, H, W]; see [tensor.ConvTranspose2d].
func (l *ConvTranspose2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return tensor.ConvTranspose2d(x, p.Use(l.Weight), p.Use(l.Bias), l.Options)
}

func (l *ConvTranspose2d) operation() string { return "conv_transpose2d" }

// MultiplyAdds is out/groups * kernel² for every element of the input.
func (l *ConvTranspose2d) MultiplyAdds(in, _ []int) int {
	return elements(in) * elements(l.Weight.shape[1:])
}
