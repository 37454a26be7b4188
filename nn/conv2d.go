package nn

import "github.com/lumen-ml/lumen/tensor"

// Conv2d is a convolution of images (torch.nn.Conv2d): input [N, in, H, W], result
// [N, out, oH, oW].
type Conv2d struct {
	Weight  *Param // [out, in/groups, kH, kW]
	Bias    *Param // [out], nil with NoBias
	Options ConvOptions
}

// NewConv2d returns a layer from in to out channels with a square kernel; see
// NewConv2dHW for another. Weight and bias start even within ±1/sqrt(fan in), as
// PyTorch's.
func NewConv2d(in, out, kernel int, o ...ConvOptions) *Conv2d {
	return newConv2d("NewConv2d", in, out, kernel, kernel, o)
}

// NewConv2dHW is NewConv2d with a kernel of kh rows and kw columns.
func NewConv2dHW(in, out, kh, kw int, o ...ConvOptions) *Conv2d {
	return newConv2d("NewConv2dHW", in, out, kh, kw, o)
}

func newConv2d(op string, in, out, kh, kw int, o []ConvOptions) *Conv2d {
	l := &Conv2d{Options: one(op, o)}
	l.Weight, l.Bias = convParams(op, out, in, out, []int{kh, kw}, l.Options)
	return l
}

// Forward returns [N, out, oH, oW] for x [N, in, H, W]; see [tensor.Conv2d].
func (l *Conv2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return l.apply(p, x, l.Options.Activation)
}

// apply is Forward with an activation, a, in place of the options'.
func (l *Conv2d) apply(p *Pass, x *tensor.Tensor, a tensor.Activation) *tensor.Tensor {
	o := l.Options
	o.Activation = a
	return tensor.Conv2d(x, p.Use(l.Weight), p.Use(l.Bias), o)
}

func (l *Conv2d) operation() string { return "conv2d" }

// MultiplyAdds is in/groups * kH * kW for every element of the result.
func (l *Conv2d) MultiplyAdds(_, out []int) int { return elements(out) * elements(l.Weight.shape[1:]) }
