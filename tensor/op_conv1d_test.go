package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// conv1dCase is convCase for Conv1d.
func conv1dCase(label string, x, w []int, biased bool, o tensor.ConvOptions, torch string) opCase {
	c := opCase{Label: label, Tol: convTol, In: []in{{Shape: x}, {Shape: w}}, Torch: "F.conv1d(x[0], x[1]" + torch + ")"}
	if biased {
		c.In = append(c.In, in{Shape: []int{w[0]}})
		c.Torch = "F.conv1d(x[0], x[1], x[2]" + torch + ")"
	}
	c.F = one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Conv1d(x[0], x[1], biasOf(x), o) })
	return c
}

var _ = op(row{Name: "Conv1d", Func: tensor.Conv1d, Cases: []opCase{
	conv1dCase("", []int{2, 3, 6}, []int{4, 3, 3}, true, tensor.ConvOptions{}, ""),
	conv1dCase("all", []int{2, 4, 9}, []int{2, 2, 3}, false, tensor.ConvOptions{Stride: 2, Padding: 3, Dilation: 2, Groups: 2},
		", stride=2, padding=3, dilation=2, groups=2"),
	conv1dCase("single", []int{3, 5}, []int{2, 3, 1}, true, tensor.ConvOptions{}, ""),
	{Label: "replicate", Tol: convTol, In: []in{{Shape: []int{2, 2, 4}}, {Shape: []int{2, 2, 3}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.Conv1d(x[0], x[1], nil, tensor.ConvOptions{Padding: 2, PaddingMode: tensor.PadReplicate})
		}), Torch: "F.conv1d(F.pad(x[0], (2, 2), mode='replicate'), x[1])"},
	{Label: "not finite", Kinks: true, Tol: convTol, In: []in{{Shape: []int{1, 1, 12}, Values: []float64{1, nan, 2, 3, 4, 5, inf, 6, 7, 8, -inf, 9}},
		{Shape: []int{2, 1, 2}, Values: []float64{1, -2, 0, 3}}, {Shape: []int{2}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Conv1d(x[0], x[1], x[2], tensor.ConvOptions{}) }), Torch: "F.conv1d(x[0], x[1], x[2])"},
}})

func TestConv1dMisuse(t *testing.T) {
	x, w := tensor.Zeros(2, 3, 5), tensor.Zeros(4, 3, 3)
	misuse[*tensor.ShapeError](t, "Conv1d of [2 3 5 1] and [4 3 3]: an input [N, C, L]", func() {
		tensor.Conv1d(tensor.Zeros(2, 3, 5, 1), w, nil, tensor.ConvOptions{})
	})
	misuse[*tensor.ShapeError](t, "not the HW forms", func() { tensor.Conv1d(x, w, nil, tensor.ConvOptions{PaddingHW: [2]int{0, 1}}) })
	misuse[*tensor.ShapeError](t, "Conv1d of [2 3 5] and [4 2 3]: the input has 3 channels", func() {
		tensor.Conv1d(x, tensor.Zeros(4, 2, 3), nil, tensor.ConvOptions{})
	})
	misuse[*tensor.ShapeError](t, "7 columns", func() { tensor.Conv1d(x, w, nil, tensor.ConvOptions{Dilation: 3}) })
	misuse[*tensor.DTypeError](t, "int32", func() { tensor.Conv1d(x.To(tensor.Int32), w, nil, tensor.ConvOptions{}) })
}
