package nn

import "github.com/lumen-ml/lumen/tensor"

// Pad2d pads images (torch.nn.ZeroPad2d, ConstantPad2d, ReflectionPad2d,
// ReplicationPad2d, CircularPad2d): input [N, C, H, W], result
// [N, C, H+Top+Bottom, W+Left+Right]. A negative number cuts off.
type Pad2d struct {
	Left, Right, Top, Bottom int
	Mode                     tensor.PadMode
	Value                    float64 // of the padding in tensor.PadZero
}

// NewZeroPad2d pads n zeros on every side.
func NewZeroPad2d(n int) *Pad2d { return NewConstantPad2d(n, 0) }

// NewConstantPad2d pads n times a value on every side.
func NewConstantPad2d(n int, value float64) *Pad2d {
	return &Pad2d{Left: n, Right: n, Top: n, Bottom: n, Value: value}
}

// NewReflectionPad2d mirrors n pixels at every border pixel.
func NewReflectionPad2d(n int) *Pad2d { return pad2d(n, tensor.PadReflect) }

// NewReplicationPad2d repeats the border pixels n times.
func NewReplicationPad2d(n int) *Pad2d { return pad2d(n, tensor.PadReplicate) }

// NewCircularPad2d continues with n pixels from the other side.
func NewCircularPad2d(n int) *Pad2d { return pad2d(n, tensor.PadCircular) }

func pad2d(n int, mode tensor.PadMode) *Pad2d {
	return &Pad2d{Left: n, Right: n, Top: n, Bottom: n, Mode: mode}
}

// Forward returns the padded images; see [tensor.Tensor.Pad].
func (l *Pad2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return p.Enter(l, x).Pad([]int{l.Left, l.Right, l.Top, l.Bottom}, l.Mode, l.Value)
}
