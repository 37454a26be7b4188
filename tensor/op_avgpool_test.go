package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func avgPoolCase(label string, shape []int, k int, o tensor.PoolOptions, torch string) opCase {
	return opCase{Label: label, In: []in{{Shape: shape}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].AvgPool2d(k, o) }), Torch: "F.avg_pool2d(x[0], " + torch + ")"}
}

func loosely(c opCase) opCase {
	c.Tol = 1e-4
	return c
}

var _ = op(row{Name: "AvgPool2d", Cases: []opCase{
	{In: []in{{Shape: []int{2, 2, 4, 6}}}, Torch: "F.avg_pool2d(x[0], 2)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].AvgPool2d(2) })},
	avgPoolCase("single image", []int{2, 5, 4}, 2, tensor.PoolOptions{}, "2"),
	avgPoolCase("kernel 1", []int{1, 2, 3, 3}, 1, tensor.PoolOptions{}, "1"),
	// The shares of some windows come to 0 in PyTorch's order of adding, to a last place of the others in ours.
	loosely(avgPoolCase("overlapping", []int{1, 2, 4, 5}, 3, tensor.PoolOptions{Stride: 1}, "3, stride=1")),
	avgPoolCase("padding", []int{1, 2, 5, 4}, 3, tensor.PoolOptions{Stride: 2, Padding: 1}, "3, stride=2, padding=1"),
	avgPoolCase("exclude pad", []int{1, 2, 5, 4}, 3, tensor.PoolOptions{Stride: 2, Padding: 1, ExcludePad: true},
		"3, stride=2, padding=1, count_include_pad=False"),
	avgPoolCase("divisor", []int{1, 1, 5, 4}, 3, tensor.PoolOptions{Padding: 1, DivisorOverride: 5}, "3, padding=1, divisor_override=5"),
	avgPoolCase("ceil", []int{1, 2, 5, 6}, 2, tensor.PoolOptions{CeilMode: true}, "2, ceil_mode=True"),
	avgPoolCase("ceil, padding", []int{1, 1, 6, 5}, 3, tensor.PoolOptions{Stride: 2, Padding: 1, CeilMode: true}, "3, stride=2, padding=1, ceil_mode=True"),
	avgPoolCase("ceil, exclude pad", []int{1, 1, 6, 5}, 3, tensor.PoolOptions{Stride: 2, Padding: 1, CeilMode: true, ExcludePad: true},
		"3, stride=2, padding=1, ceil_mode=True, count_include_pad=False"),
	avgPoolCase("HW", []int{1, 2, 6, 7}, 0, tensor.PoolOptions{KernelHW: [2]int{3, 2}, StrideHW: [2]int{1, 2}, PaddingHW: [2]int{1, 0}},
		"(3, 2), stride=(1, 2), padding=(1, 0)"),
	avgPoolCase("empty batch", []int{0, 2, 4, 4}, 2, tensor.PoolOptions{}, "2").atKinks(),
	{Label: "not finite", In: []in{{Shape: []int{1, 1, 2, 6}, Values: []float64{nan, 1, inf, 1, inf, -inf, 1, 1, 1, 1, 1, 1}}}, Kinks: true,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].AvgPool2d(2) }), Torch: "F.avg_pool2d(x[0], 2)"},
}})

var _ = op(row{Name: "AvgPool1d", Cases: []opCase{
	{In: []in{{Shape: []int{2, 2, 7}}}, Torch: "F.avg_pool1d(x[0], 2)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].AvgPool1d(2) })},
	{Label: "options", In: []in{{Shape: []int{2, 8}}},
		Torch: "F.avg_pool1d(x[0], 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return x[0].AvgPool1d(3, tensor.PoolOptions{Stride: 2, Padding: 1, CeilMode: true, ExcludePad: true})
		})},
	{Label: "not finite", Kinks: true, In: []in{{Shape: []int{1, 1, 10}, Values: []float64{nan, 1, inf, 1, inf, -inf, -inf, 1, 1, 1}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].AvgPool1d(2) }), Torch: "F.avg_pool1d(x[0], 2)"},
}})

func TestAvgPoolMisuse(t *testing.T) {
	x := tensor.Zeros(1, 2, 4, 5)
	misuse[*tensor.ShapeError](t, "AvgPool2d of [1 2 4 5]: an average has no dilation", func() { x.AvgPool2d(2, tensor.PoolOptions{Dilation: 2}) })
	misuse[*tensor.ShapeError](t, "AvgPool2d of [1 2 4 5]: the window reaches over 6 rows", func() { x.AvgPool2d(6) })
	misuse[*tensor.ShapeError](t, "AvgPool1d of", func() { tensor.Zeros(2, 3).AvgPool1d(4) })
	misuse[*tensor.DTypeError](t, "AvgPool2d of uint8", func() { x.To(tensor.Uint8).AvgPool2d(2) })
}
