package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// transposeCase is convCase for ConvTranspose2d; outputs is the number of output
// channels.
func transposeCase(label string, x, w []int, outputs int, o tensor.ConvOptions, torch string) opCase {
	c := opCase{Label: label, Tol: convTol, In: []in{{Shape: x}, {Shape: w}}, Torch: "F.conv_transpose2d(x[0], x[1]" + torch + ")"}
	if outputs > 0 {
		c.In = append(c.In, in{Shape: []int{outputs}})
		c.Torch = "F.conv_transpose2d(x[0], x[1], x[2]" + torch + ")"
	}
	c.F = one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.ConvTranspose2d(x[0], x[1], biasOf(x), o) })
	return c
}

var _ = op(row{Name: "ConvTranspose2d", Func: tensor.ConvTranspose2d, Cases: []opCase{
	transposeCase("", []int{2, 2, 3, 2}, []int{2, 3, 2, 3}, 3, tensor.ConvOptions{}, ""),
	transposeCase("no bias", []int{1, 2, 3, 2}, []int{2, 2, 2, 2}, 0, tensor.ConvOptions{}, ""),
	transposeCase("stride", []int{2, 2, 3, 2}, []int{2, 2, 3, 2}, 2, tensor.ConvOptions{Stride: 2}, ", stride=2"),
	transposeCase("padding", []int{1, 2, 3, 4}, []int{2, 2, 3, 3}, 2, tensor.ConvOptions{Padding: 1}, ", padding=1"),
	transposeCase("all", []int{1, 4, 3, 2}, []int{4, 1, 3, 2}, 2,
		tensor.ConvOptions{Stride: 3, Padding: 2, Dilation: 2, Groups: 2, OutputPadding: 2},
		", stride=3, padding=2, dilation=2, groups=2, output_padding=2"),
	transposeCase("HW", []int{1, 2, 3, 2}, []int{2, 2, 2, 3}, 2,
		tensor.ConvOptions{StrideHW: [2]int{2, 1}, PaddingHW: [2]int{0, 1}, DilationHW: [2]int{1, 2}, OutputPaddingHW: [2]int{1, 0}},
		", stride=(2, 1), padding=(0, 1), dilation=(1, 2), output_padding=(1, 0)"),
	// More output padding than the stride: the result has rows that no window reaches.
	transposeCase("beyond the stride", []int{1, 2, 2, 2}, []int{2, 2, 2, 2}, 2, tensor.ConvOptions{Dilation: 3, OutputPadding: 2},
		", dilation=3, output_padding=2"),
	transposeCase("1x1", []int{2, 2, 2, 3}, []int{2, 3, 1, 1}, 3, tensor.ConvOptions{}, ""),
	transposeCase("1x1 no bias", []int{2, 2, 2, 3}, []int{2, 3, 1, 1}, 0, tensor.ConvOptions{}, ""),
	transposeCase("single image", []int{2, 3, 2}, []int{2, 2, 2, 2}, 2, tensor.ConvOptions{Stride: 2}, ", stride=2"),
	{Label: "activation", Tol: convTol, In: []in{{Shape: []int{1, 2, 2, 2}}, {Shape: []int{2, 2, 2, 2}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.ConvTranspose2d(x[0], x[1], nil, tensor.ConvOptions{Activation: tensor.ActSigmoid})
		}), Torch: "torch.sigmoid(F.conv_transpose2d(x[0], x[1]))"},
	{Label: "empty batch", In: []in{{Shape: []int{0, 2, 3, 3}}, {Shape: []int{2, 3, 2, 2}}, {Shape: []int{3}}}, Kinks: true,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.ConvTranspose2d(x[0], x[1], x[2], tensor.ConvOptions{})
		}), Torch: "F.conv_transpose2d(x[0], x[1], x[2])"},
}})

func TestConvTranspose2dMisuse(t *testing.T) {
	x, w := tensor.Zeros(2, 4, 3, 3), tensor.Zeros(4, 2, 3, 3)
	call := func(x, w, b *tensor.Tensor, o tensor.ConvOptions) func() {
		return func() { tensor.ConvTranspose2d(x, w, b, o) }
	}
	type shape = *tensor.ShapeError
	misuse[shape](t, "ConvTranspose2d of [2 4 3 3] and [3 2 3 3]: the input has 4 channels, the weight wants 3",
		call(x, tensor.Zeros(3, 2, 3, 3), nil, tensor.ConvOptions{}))
	misuse[shape](t, "4 channels cannot be shared among 3 groups", call(x, w, nil, tensor.ConvOptions{Groups: 3}))
	misuse[shape](t, "the bias must be [4]", call(x, w, tensor.Zeros(2), tensor.ConvOptions{Groups: 2}))
	misuse[shape](t, "OutputPadding must be 0 or more and less than the stride", call(x, w, nil, tensor.ConvOptions{OutputPadding: 1}))
	misuse[shape](t, "not -1 for rows", call(x, w, nil, tensor.ConvOptions{OutputPaddingHW: [2]int{-1, 0}}))
	misuse[shape](t, "would have -1 rows", call(x, w, nil, tensor.ConvOptions{Padding: 3}))
	misuse[shape](t, "PaddingMode must be PadZero", call(x, w, nil, tensor.ConvOptions{PaddingMode: tensor.PadReflect}))
	misuse[shape](t, "[C, O/groups, kH, kW] are wanted", call(x, tensor.Zeros(4, 2), nil, tensor.ConvOptions{}))
	misuse[shape](t, "at least one element", call(x, tensor.Zeros(4, 2, 0, 1), nil, tensor.ConvOptions{}))
	misuse[*tensor.DTypeError](t, "uint8", call(x.To(tensor.Uint8), w, nil, tensor.ConvOptions{}))
}
