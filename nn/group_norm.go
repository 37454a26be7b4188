package nn

import "github.com/lumen-ml/lumen/tensor"

// GroupNorm brings every group of neighbouring channels of every element of a batch
// to mean 0 and variance 1, then scales and shifts by channel (torch.nn.GroupNorm):
// input and result [N, C, ...].
type GroupNorm struct {
	Weight  *Param // [channels], nil with NoAffine
	Bias    *Param // [channels], nil with NoAffine or NoBias
	Groups  int
	Options NormOptions
}

// NewGroupNorm returns a layer of so many groups over so many channels.
func NewGroupNorm(groups, channels int, o ...NormOptions) *GroupNorm {
	positive("NewGroupNorm", "groups", groups)
	if channels%groups != 0 {
		badSize("NewGroupNorm", "%d channels cannot be shared among %d groups", channels, groups)
	}
	l := &GroupNorm{Groups: groups}
	l.Options, l.Weight, l.Bias = one("NewGroupNorm", o).prepare("NewGroupNorm", []int{channels})
	return l
}

// Forward returns a tensor of x's shape; see [tensor.GroupNorm].
func (l *GroupNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return tensor.GroupNorm(x, l.Groups, p.Use(l.Weight), p.Use(l.Bias), l.Options.Eps).Activate(l.Options.Activation)
}
