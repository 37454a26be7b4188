package nn

import "github.com/lumen-ml/lumen/tensor"

// Conv1d is a convolution along one dimension (torch.nn.Conv1d): input [N, in, L],
// result [N, out, oL].
type Conv1d struct {
	Weight  *Param // [out, in/groups, kernel]
	Bias    *Param // [out], nil with NoBias
	Options ConvOptions
}

// NewConv1d returns a layer from in to out channels; the HW options must not be set.
func NewConv1d(in, out, kernel int, o ...ConvOptions) *Conv1d {
	l := &Conv1d{Options: one("NewConv1d", o)}
	l.Weight, l.Bias = convParams("NewConv1d", out, in, out, []int{kernel}, l.Options)
	return l
}

// Forward returns [N, out, oL] for x [N, in, L]; see [tensor.Conv1d].
func (l *Conv1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return l.apply(p, x, l.Options.Activation)
}

// apply is Forward with an activation, a, in place of the options'.
func (l *Conv1d) apply(p *Pass, x *tensor.Tensor, a tensor.Activation) *tensor.Tensor {
	o := l.Options
	o.Activation = a
	return tensor.Conv1d(x, p.Use(l.Weight), p.Use(l.Bias), o)
}

func (l *Conv1d) operation() string { return "conv2d" }

// MultiplyAdds is in/groups * kernel for every element of the result.
func (l *Conv1d) MultiplyAdds(_, out []int) int { return elements(out) * elements(l.Weight.shape[1:]) }
