package nn

import "github.com/lumen-ml/lumen/tensor"

// LayerNorm brings the last dimensions of every element to mean 0 and variance 1,
// then scales and shifts (torch.nn.LayerNorm): input and result [..., Shape].
type LayerNorm struct {
	Weight  *Param // of Shape, nil with NoAffine
	Bias    *Param // of Shape, nil with NoAffine or NoBias
	Shape   []int  // of the last dimensions
	Options NormOptions
}

// NewLayerNorm returns a layer over the last dimension of the given length; see
// NewLayerNormOf for several.
func NewLayerNorm(width int, o ...NormOptions) *LayerNorm {
	return newLayerNorm("NewLayerNorm", []int{width}, o)
}

// NewLayerNormOf returns a layer over the last dimensions, of the given shape.
func NewLayerNormOf(shape []int, o ...NormOptions) *LayerNorm {
	return newLayerNorm("NewLayerNormOf", append([]int{}, shape...), o)
}

func newLayerNorm(op string, shape []int, o []NormOptions) *LayerNorm {
	l := &LayerNorm{Shape: shape}
	l.Options, l.Weight, l.Bias = one(op, o).prepare(op, shape)
	return l
}

// Forward returns a tensor of x's shape; see [tensor.LayerNorm].
func (l *LayerNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return tensor.LayerNorm(x, l.Shape, p.Use(l.Weight), p.Use(l.Bias), l.Options.Eps).Activate(l.Options.Activation)
}
