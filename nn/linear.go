package nn

import "github.com/lumen-ml/lumen/tensor"

// LinearOptions are the options of a Linear layer.
type LinearOptions struct {
	NoBias     bool
	Activation tensor.Activation // applied to the result
}

// Linear is x W^T + b (torch.nn.Linear): input [..., in], result [..., out].
type Linear struct {
	Weight  *Param // [out, in]
	Bias    *Param // [out], nil with NoBias
	Options LinearOptions
}

// NewLinear returns a layer from in to out features. Weight and bias start even
// within ±1/sqrt(in), as PyTorch's.
func NewLinear(in, out int, o ...LinearOptions) *Linear {
	positive("NewLinear", "in", in)
	positive("NewLinear", "out", out)
	w, b := layerDefaults(out, in)
	l := &Linear{Weight: NewParam(w, out, in), Options: one("NewLinear", o)}
	if !l.Options.NoBias {
		l.Bias = NewParam(b, out)
	}
	return l
}

// Forward returns [..., out] for x [..., in].
func (l *Linear) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return l.apply(p, x, l.Options.Activation)
}

// apply is Forward with an activation, a, in place of the options'.
func (l *Linear) apply(p *Pass, x *tensor.Tensor, a tensor.Activation) *tensor.Tensor {
	return tensor.Linear(x, p.Use(l.Weight), p.Use(l.Bias), tensor.LinearOptions{Activation: a})
}

// MultiplyAdds is in for every element of the result.
func (l *Linear) MultiplyAdds(_, out []int) int { return elements(out) * l.Weight.shape[1] }
