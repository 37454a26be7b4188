package tensor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

const poolTies = "repeated elements are ties"

// maxPoolCase pools distinct values.
func maxPoolCase(label string, shape []int, k int, o tensor.PoolOptions, torch string) opCase {
	return opCase{Label: label, In: []in{{Shape: shape, Apart: 1e-3}}, NoBroadcast: poolTies,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MaxPool2d(k, o) }), Torch: "F.max_pool2d(x[0], " + torch + ")"}
}

// maxPoolValues pools given values.
func maxPoolValues(label string, shape []int, values []float64, k int, o tensor.PoolOptions, torch string) opCase {
	c := maxPoolCase(label, shape, k, o, torch)
	c.In[0] = in{Shape: shape, Values: values}
	c.Kinks = true
	return c
}

var nan, inf = math.NaN(), math.Inf(1)

var _ = op(row{Name: "MaxPool2d", Cases: []opCase{
	{In: []in{{Shape: []int{2, 2, 4, 6}, Apart: 1e-3}}, NoBroadcast: poolTies, Torch: "F.max_pool2d(x[0], 2)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MaxPool2d(2) })},
	maxPoolCase("uneven", []int{1, 2, 5, 7}, 2, tensor.PoolOptions{}, "2"),
	maxPoolCase("single image", []int{2, 4, 4}, 2, tensor.PoolOptions{}, "2"),
	maxPoolCase("kernel 1", []int{1, 2, 3, 3}, 1, tensor.PoolOptions{}, "1"),
	maxPoolCase("kernel 1, stride 2", []int{1, 2, 3, 4}, 1, tensor.PoolOptions{Stride: 2}, "1, stride=2"),
	maxPoolCase("overlapping", []int{1, 2, 5, 5}, 3, tensor.PoolOptions{Stride: 1}, "3, stride=1"),
	maxPoolCase("padding", []int{1, 2, 5, 4}, 3, tensor.PoolOptions{Stride: 2, Padding: 1}, "3, stride=2, padding=1"),
	maxPoolCase("dilation", []int{1, 1, 6, 7}, 2, tensor.PoolOptions{Stride: 1, Dilation: 3}, "2, stride=1, dilation=3"),
	maxPoolCase("ceil", []int{1, 2, 5, 6}, 2, tensor.PoolOptions{CeilMode: true}, "2, ceil_mode=True"),
	maxPoolCase("ceil drops", []int{1, 1, 4, 4}, 2, tensor.PoolOptions{Stride: 3, Padding: 1, CeilMode: true}, "2, stride=3, padding=1, ceil_mode=True"),
	maxPoolCase("HW", []int{1, 2, 6, 7}, 0,
		tensor.PoolOptions{KernelHW: [2]int{3, 2}, StrideHW: [2]int{1, 2}, PaddingHW: [2]int{1, 0}, DilationHW: [2]int{1, 2}},
		"(3, 2), stride=(1, 2), padding=(1, 0), dilation=(1, 2)"),
	maxPoolCase("KernelHW alone", []int{1, 1, 6, 4}, 5, tensor.PoolOptions{KernelHW: [2]int{3, 1}}, "(3, 1)"),
	maxPoolValues("ties", []int{1, 1, 4, 4}, []float64{1, 1, 0, 2, 1, 1, 2, 0, 0, 0, -3, -3, 0, 0, -3, -3}, 2, tensor.PoolOptions{}, "2"),
	maxPoolValues("overlapping ties", []int{1, 1, 3, 3}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1}, 2, tensor.PoolOptions{Stride: 1}, "2, stride=1"),
	maxPoolValues("not finite", []int{1, 1, 4, 6}, []float64{nan, 1, -inf, -inf, inf, 1, 2, nan, -inf, -inf, inf, nan,
		nan, inf, -inf, 1, 0, 0, -1, 2, -inf, 2, -inf, 0}, 2, tensor.PoolOptions{}, "2"),
	maxPoolValues("-inf padded", []int{1, 1, 2, 2}, []float64{-inf, -5, -6, -inf}, 2, tensor.PoolOptions{Stride: 1, Padding: 1}, "2, stride=1, padding=1"),
	maxPoolCase("empty batch", []int{0, 2, 4, 4}, 2, tensor.PoolOptions{}, "2").atKinks(),
}})

// atKinks is the case with its golden alone.
func (c opCase) atKinks() opCase {
	c.Kinks = true
	return c
}

// PyTorch gives -Inf for a window whose dilated elements all lie in the padding, and
// writes its gradient to a wrong place; here it has none.
func TestMaxPool2dWindowWithoutElements(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3).RequireGrad()
	y := x.MaxPool2d(2, tensor.PoolOptions{Stride: 1, Padding: 1, Dilation: 4})
	if got := y.Item(); !math.IsInf(got, -1) {
		t.Errorf("the result is %v, want -Inf", got)
	}
	y.Sum().Backward()
	for i, g := range tensor.Data[float64](x.Grad()) {
		if g != 0 {
			t.Errorf("element %d has gradient %v", i, g)
		}
	}
}

// Gradients in float32 and float64 take different ways; with small whole numbers both are exact.
func TestMaxPool2dGradientWays(t *testing.T) {
	const n, c, h, w = 2, 3, 21, 46
	values, weights := make([]float64, n*c*h*w), make([]float64, n*c*h*w)
	for i := range values {
		values[i], weights[i] = float64(i*7919%13), float64(i*31%17-8) // ties in most windows
	}
	for _, o := range []tensor.PoolOptions{
		{Stride: 1}, {Stride: 1, Padding: 1}, {Stride: 2}, {Stride: 2, Padding: 1}, {Stride: 2, Padding: 1, CeilMode: true},
		{StrideHW: [2]int{3, 1}, PaddingHW: [2]int{0, 1}}, {Stride: 3}, {Stride: 1, Dilation: 2}, {KernelHW: [2]int{2, 4}, StrideHW: [2]int{1, 2}},
	} {
		gradient := func(kind tensor.DType) []float64 {
			x := tensor.FromSlice(values, n, c, h, w).To(kind).RequireGrad()
			y := x.MaxPool2d(3, o)
			y.Mul(tensor.FromSlice(weights[:y.Numel()], y.Shape()...).To(kind)).Sum().Backward()
			return tensor.Data[float64](x.Grad().To(tensor.Float64))
		}
		if !slices.Equal(gradient(tensor.Float32), gradient(tensor.Float64)) {
			t.Errorf("%+v: the gradients of float32 and float64 differ", o)
		}
	}
}

var _ = op(row{Name: "MaxPool1d", Cases: []opCase{
	{In: []in{{Shape: []int{2, 2, 7}, Apart: 1e-3}}, NoBroadcast: poolTies, Torch: "F.max_pool1d(x[0], 2)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MaxPool1d(2) })},
	{Label: "options", In: []in{{Shape: []int{2, 9}, Apart: 1e-3}}, NoBroadcast: poolTies,
		Torch: "F.max_pool1d(x[0], 3, stride=2, padding=1, dilation=2, ceil_mode=True)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return x[0].MaxPool1d(3, tensor.PoolOptions{Stride: 2, Padding: 1, Dilation: 2, CeilMode: true})
		})},
	{Label: "ties and not finite", Kinks: true, In: []in{{Shape: []int{1, 1, 14}, Values: []float64{1, 1, nan, 1, inf, nan, inf, 1, -inf, -inf, -inf, 2, 0, math.Copysign(0, -1)}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].MaxPool1d(2) }), Torch: "F.max_pool1d(x[0], 2)"},
}})

func TestMaxPoolMisuse(t *testing.T) {
	x := tensor.Zeros(1, 2, 4, 5)
	pool := func(k int, o ...tensor.PoolOptions) func() { return func() { x.MaxPool2d(k, o...) } }
	type shape = *tensor.ShapeError
	misuse[shape](t, "MaxPool2d of [1 2 4 5]: the window reaches over 5 rows, the padded input has only 4", pool(5))
	misuse[shape](t, "7 columns", pool(0, tensor.PoolOptions{KernelHW: [2]int{1, 3}, Dilation: 3}))
	misuse[shape](t, "the kernel must be 1 or more, not 0 for rows", pool(0))
	misuse[shape](t, "the kernel must be 1 or more", pool(-2))
	misuse[shape](t, "Stride must be 1 or more", pool(2, tensor.PoolOptions{Stride: -1}))
	misuse[shape](t, "Padding must be 0 or more", pool(2, tensor.PoolOptions{Padding: -1}))
	misuse[shape](t, "the padding 2 x 2 must be at most half the kernel, 3 x 3", pool(3, tensor.PoolOptions{Padding: 2}))
	misuse[shape](t, "Dilation must be 1 or more", pool(2, tensor.PoolOptions{Dilation: -1}))
	misuse[shape](t, "AvgPool2d's", pool(2, tensor.PoolOptions{ExcludePad: true}))
	misuse[shape](t, "AvgPool2d's", pool(2, tensor.PoolOptions{DivisorOverride: 2}))
	misuse[shape](t, "one PoolOptions is wanted, not 2", pool(2, tensor.PoolOptions{}, tensor.PoolOptions{}))
	misuse[shape](t, "an input [N, C, H, W] or [C, H, W]", func() { tensor.Zeros(4, 4).MaxPool2d(2) })
	misuse[shape](t, "padded input has only 2", func() { tensor.Zeros(1, 1, 0, 4).MaxPool2d(2, tensor.PoolOptions{Padding: 1}) })
	misuse[*tensor.DTypeError](t, "MaxPool2d of int64", func() { tensor.ZerosOf(tensor.Int64, 1, 1, 4, 4).MaxPool2d(2) })
	misuse[shape](t, "MaxPool1d of [4]: an input [N, C, L] or [C, L] is wanted", func() { tensor.Zeros(4).MaxPool1d(2) })
	misuse[shape](t, "MaxPool1d of [1 4]: there is one dimension", func() { tensor.Zeros(1, 4).MaxPool1d(2, tensor.PoolOptions{StrideHW: [2]int{1, 1}}) })
	misuse[shape](t, "MaxPool1d of", func() { tensor.Zeros(1, 4).MaxPool1d(5) })
	misuse[*tensor.DTypeError](t, "MaxPool1d of bool", func() { tensor.ZerosOf(tensor.Bool, 1, 4).MaxPool1d(2) })
}
