package nn

import "github.com/lumen-ml/lumen/tensor"

// UpsampleOptions are the options of an Upsample layer, with the same fields as the
// function's: Size, Scale or ScaleHW, Mode, AlignCorners.
type UpsampleOptions = tensor.UpsampleOptions

// Upsample changes the size of images (torch.nn.Upsample): input [N, C, H, W], result
// [N, C, oH, oW].
type Upsample struct{ Options UpsampleOptions }

// NewUpsample returns the layer.
func NewUpsample(o UpsampleOptions) *Upsample { return &Upsample{Options: o} }

// Forward returns [N, C, oH, oW]; see [tensor.Tensor.Upsample].
func (l *Upsample) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).Upsample(l.Options)
}
