package tensor_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// convTol is the tolerance in float32: terms of either sign cancel, in an order that
// the processor's path decides.
const convTol = 1e-4

// convCase is a convolution of an input and a weight of these shapes, with a bias
// if biased. torch holds the options as Python keywords.
func convCase(label string, x, w []int, biased bool, o tensor.ConvOptions, torch string) opCase {
	c := opCase{Label: label, Tol: convTol, In: []in{{Shape: x}, {Shape: w}}, Torch: "F.conv2d(x[0], x[1]" + torch + ")"}
	if biased {
		c.In = append(c.In, in{Shape: []int{w[0]}})
		c.Torch = "F.conv2d(x[0], x[1], x[2]" + torch + ")"
	}
	c.F = one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Conv2d(x[0], x[1], biasOf(x), o) })
	return c
}

// biasOf is the third argument, nil if there is none.
func biasOf(x []*tensor.Tensor) *tensor.Tensor {
	if len(x) < 3 {
		return nil
	}
	return x[2]
}

var _ = op(row{Name: "Conv2d", Func: tensor.Conv2d, Cases: []opCase{
	convCase("", []int{2, 2, 5, 4}, []int{3, 2, 3, 2}, true, tensor.ConvOptions{}, ""),
	convCase("no bias", []int{2, 2, 4, 4}, []int{2, 2, 3, 3}, false, tensor.ConvOptions{NoBias: true}, ""),
	convCase("padding", []int{2, 2, 4, 3}, []int{2, 2, 3, 3}, true, tensor.ConvOptions{Padding: 1}, ", padding=1"),
	convCase("stride", []int{1, 2, 6, 5}, []int{2, 2, 2, 2}, true, tensor.ConvOptions{Stride: 2}, ", stride=2"),
	convCase("dilation", []int{1, 2, 6, 5}, []int{2, 2, 3, 2}, true, tensor.ConvOptions{Dilation: 2}, ", dilation=2"),
	convCase("all", []int{2, 2, 7, 6}, []int{2, 2, 3, 2}, true, tensor.ConvOptions{Stride: 2, Padding: 2, Dilation: 2},
		", stride=2, padding=2, dilation=2"),
	convCase("HW", []int{1, 2, 7, 6}, []int{2, 2, 3, 2}, true,
		tensor.ConvOptions{Stride: 9, Padding: 9, Dilation: 9, StrideHW: [2]int{2, 1}, PaddingHW: [2]int{0, 2}, DilationHW: [2]int{1, 3}},
		", stride=(2, 1), padding=(0, 2), dilation=(1, 3)"),
	convCase("groups", []int{2, 4, 4, 4}, []int{6, 2, 2, 3}, true, tensor.ConvOptions{Groups: 2, Padding: 1}, ", groups=2, padding=1"),
	convCase("depthwise", []int{2, 3, 4, 4}, []int{3, 1, 3, 3}, true, tensor.ConvOptions{Groups: 3, Padding: 1}, ", groups=3, padding=1"),
	convCase("depthwise multiplied", []int{1, 2, 4, 4}, []int{4, 1, 3, 3}, false, tensor.ConvOptions{Groups: 2, Stride: 2}, ", groups=2, stride=2"),
	convCase("1x1", []int{2, 3, 3, 4}, []int{2, 3, 1, 1}, true, tensor.ConvOptions{}, ""),
	convCase("1x1 groups", []int{2, 4, 2, 3}, []int{4, 2, 1, 1}, false, tensor.ConvOptions{Groups: 2}, ", groups=2"),
	convCase("1x1 stride", []int{2, 3, 4, 5}, []int{2, 3, 1, 1}, true, tensor.ConvOptions{Stride: 2}, ", stride=2"),
	convCase("1x1 padding", []int{1, 2, 2, 3}, []int{2, 2, 1, 1}, true, tensor.ConvOptions{Padding: 1}, ", padding=1"),
	convCase("whole image", []int{3, 2, 3, 4}, []int{4, 2, 3, 4}, true, tensor.ConvOptions{}, ""),
	convCase("single image", []int{2, 4, 4}, []int{3, 2, 3, 3}, true, tensor.ConvOptions{}, ""),
	convCase("one pixel", []int{1, 1, 1, 1}, []int{1, 1, 3, 3}, true, tensor.ConvOptions{Padding: 1}, ", padding=1"),
	{Label: "reflect", Tol: convTol, In: []in{{Shape: []int{1, 2, 4, 3}}, {Shape: []int{2, 2, 3, 3}}, {Shape: []int{2}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.Conv2d(x[0], x[1], x[2], tensor.ConvOptions{PaddingHW: [2]int{2, 1}, PaddingMode: tensor.PadReflect})
		}), Torch: "F.conv2d(F.pad(x[0], (1, 1, 2, 2), mode='reflect'), x[1], x[2])"},
	{Label: "circular", Tol: convTol, In: []in{{Shape: []int{1, 2, 4, 3}}, {Shape: []int{2, 2, 3, 3}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.Conv2d(x[0], x[1], nil, tensor.ConvOptions{Padding: 1, Stride: 2, PaddingMode: tensor.PadCircular})
		}), Torch: "F.conv2d(F.pad(x[0], (1, 1, 1, 1), mode='circular'), x[1], stride=2)"},
	{Label: "activation", Tol: convTol, In: []in{{Shape: []int{1, 2, 4, 3}, Lo: -0.5, Hi: 0.5}, {Shape: []int{2, 2, 3, 3}, Lo: -0.5, Hi: 0.5}, {Shape: []int{2}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.Conv2d(x[0], x[1], x[2], tensor.ConvOptions{Activation: tensor.ActTanh})
		}), Torch: "torch.tanh(F.conv2d(x[0], x[1], x[2]))"},
	{Label: "empty batch", In: []in{{Shape: []int{0, 2, 4, 4}}, {Shape: []int{3, 2, 3, 3}}, {Shape: []int{3}}}, Kinks: true,
		F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Conv2d(x[0], x[1], x[2], tensor.ConvOptions{}) }),
		Torch: "F.conv2d(x[0], x[1], x[2])"},
	{Label: "not finite", Kinks: true,
		In: []in{{Shape: []int{1, 1, 2, 6}, Values: []float64{1, 2, math.NaN(), 3, 4, 5, 6, 7, 8, 9, 10, math.Inf(1)}},
			{Shape: []int{1, 1, 2, 2}, Values: []float64{0, 1, 2, 0}}},
		F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Conv2d(x[0], x[1], nil, tensor.ConvOptions{}) }),
		Torch: "F.conv2d(x[0], x[1])"},
}})

func TestConv2dMisuse(t *testing.T) {
	x, w := tensor.Zeros(2, 3, 5, 5), tensor.Zeros(4, 3, 3, 3)
	conv := func(x, w, b *tensor.Tensor, o tensor.ConvOptions) func() {
		return func() { tensor.Conv2d(x, w, b, o) }
	}
	type shape = *tensor.ShapeError
	misuse[shape](t, "Conv2d of [2 2 5 5] and [4 3 3 3]: the input has 2 channels, the weight wants 3 x groups 1 = 3", conv(tensor.Zeros(2, 2, 5, 5), w, nil, tensor.ConvOptions{}))
	misuse[shape](t, "the weight's 4 output channels cannot be shared among 3 groups", conv(x, tensor.Zeros(4, 1, 3, 3), nil, tensor.ConvOptions{Groups: 3}))
	misuse[shape](t, "bias must be [4]", conv(x, w, tensor.Zeros(3), tensor.ConvOptions{}))
	misuse[shape](t, "the kernel reaches over 6 rows (dilation 1), the padded input has only 5", conv(x, tensor.Zeros(4, 3, 6, 3), nil, tensor.ConvOptions{}))
	misuse[shape](t, "the kernel reaches over 9 columns (dilation 4), the padded input has only 5", conv(x, w, nil, tensor.ConvOptions{DilationHW: [2]int{1, 4}}))
	misuse[shape](t, "at least one element", conv(x, tensor.Zeros(4, 3, 0, 3), nil, tensor.ConvOptions{}))
	misuse[shape](t, "[N, C, H, W]", conv(tensor.Zeros(5, 5), w, nil, tensor.ConvOptions{}))
	misuse[shape](t, "[N, C, H, W]", conv(x, tensor.Zeros(4, 3), nil, tensor.ConvOptions{}))
	misuse[shape](t, "Stride must be 1 or more", conv(x, w, nil, tensor.ConvOptions{Stride: -1}))
	misuse[shape](t, "Stride must be 1 or more", conv(x, w, nil, tensor.ConvOptions{StrideHW: [2]int{2, 0}}))
	misuse[shape](t, "Padding must be 0 or more", conv(x, w, nil, tensor.ConvOptions{PaddingHW: [2]int{0, -1}}))
	misuse[shape](t, "Padding must be at most", conv(x, w, nil, tensor.ConvOptions{Padding: 1 << 30}))
	misuse[shape](t, "Dilation must be 1 or more", conv(x, w, nil, tensor.ConvOptions{Dilation: -2}))
	misuse[shape](t, "Groups must be 1 or more", conv(x, w, nil, tensor.ConvOptions{Groups: -1}))
	misuse[shape](t, "ConvTranspose2d", conv(x, w, nil, tensor.ConvOptions{OutputPadding: 1}))
	misuse[*tensor.DTypeError](t, "int64", conv(x.To(tensor.Int64), w.To(tensor.Int64), nil, tensor.ConvOptions{}))
	misuse[*tensor.DTypeError](t, "float64", conv(x, w.To(tensor.Float64), nil, tensor.ConvOptions{}))
	misuse[*tensor.IndexError](t, "Activation", conv(x, w, nil, tensor.ConvOptions{Activation: 99}))
	misuse[*tensor.IndexError](t, "PadMode", conv(x, w, nil, tensor.ConvOptions{PaddingMode: 99}))
}

// The sizes of the table's rows are done inline; these are large enough for the
// pool, for several strips and for products that are shared, and must not depend on the
// number of threads beyond rounding.
func TestConv2dLarge(t *testing.T) {
	for _, c := range []struct {
		x, w []int
		o    tensor.ConvOptions
	}{
		{[]int{5, 3, 40, 40}, []int{8, 3, 5, 5}, tensor.ConvOptions{Padding: 2}},                            // images in parallel
		{[]int{1, 16, 96, 40}, []int{16, 16, 5, 5}, tensor.ConvOptions{Padding: 2}},                         // strips
		{[]int{1, 48, 9, 9}, []int{64, 48, 3, 3}, tensor.ConvOptions{Padding: 1}},                           // one shared product
		{[]int{1, 64, 30, 30}, []int{64, 64, 1, 1}, tensor.ConvOptions{}},                                   // without patches
		{[]int{3, 64, 20, 20}, []int{64, 1, 3, 3}, tensor.ConvOptions{Groups: 64, Padding: 1}},              // depthwise
		{[]int{1, 32, 40, 40}, []int{32, 16, 3, 3}, tensor.ConvOptions{Groups: 2, Stride: 2}},               // few units
		{[]int{2, 24, 50, 50}, []int{24, 24, 3, 3}, tensor.ConvOptions{Dilation: 2, Stride: 3, Padding: 4}}, // strips, stride
	} {
		r := rand.New(rand.NewPCG(1, 7))
		x, w, b := uniform(r, c.x...), uniform(r, c.w...), uniform(r, c.w[0])
		y := tensor.Conv2d(x, w, b, c.o)
		g := uniform(r, y.Shape()...)
		leaves := []*tensor.Tensor{tensor.FromSlice(tensor.Data[float64](x), c.x...).RequireGrad(),
			tensor.FromSlice(tensor.Data[float64](w), c.w...).RequireGrad()}
		grads := tensor.GradOf(tensor.Conv2d(leaves[0], leaves[1], b, c.o), leaves, tensor.BackwardOptions{Gradient: g})
		wantY, wantX, wantW := naiveConv2d(x, w, b, g, c.o)
		for i, got := range []*tensor.Tensor{y, grads[0], grads[1]} {
			want := [][]float64{wantY, wantX, wantW}[i]
			for k, v := range tensor.Data[float64](got) {
				if math.Abs(v-want[k]) > 1e-9*(1+math.Abs(want[k])) {
					t.Fatalf("%v %v %+v: result %d element %d is %v, want %v", c.x, c.w, c.o, i, k, v, want[k])
				}
			}
		}
	}
}

// uniform is a float64 tensor of numbers between -1 and 1.
func uniform(r *rand.Rand, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = 2*r.Float64() - 1
	}
	return tensor.FromSlice(v, shape...)
}

// naiveConv2d is the definition: a convolution and its two gradients under g.
func naiveConv2d(x, w, b, g *tensor.Tensor, o tensor.ConvOptions) (y, dx, dw []float64) {
	xs, ws, bs, gs := tensor.Data[float64](x), tensor.Data[float64](w), tensor.Data[float64](b), tensor.Data[float64](g)
	stride, dilation, groups := max(o.Stride, 1), max(o.Dilation, 1), max(o.Groups, 1)
	c, h, wide := x.Size(1), x.Size(2), x.Size(3)
	out, cg, kh, kw := w.Size(0), w.Size(1), w.Size(2), w.Size(3)
	oh, ow := g.Size(2), g.Size(3)
	y, dx, dw = make([]float64, len(gs)), make([]float64, len(xs)), make([]float64, len(ws))
	for at := range y {
		i, oc, oy, ox := at/ow/oh/out, at/ow/oh%out, at/ow%oh, at%ow
		y[at] = bs[oc]
		for k := range cg * kh * kw {
			ic := oc/(out/groups)*cg + k/kw/kh
			r, s := oy*stride-o.Padding+k/kw%kh*dilation, ox*stride-o.Padding+k%kw*dilation
			if r < 0 || r >= h || s < 0 || s >= wide {
				continue
			}
			p, q := ((i*c+ic)*h+r)*wide+s, oc*cg*kh*kw+k
			y[at] += xs[p] * ws[q]
			dx[p] += gs[at] * ws[q]
			dw[q] += gs[at] * xs[p]
		}
	}
	return y, dx, dw
}

// Same sizes, same number of threads: same bits, every time.
func TestConv2dDeterministic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	x, w := uniform(r, 7, 3, 28, 28).To(tensor.Float32), uniform(r, 8, 3, 5, 5).To(tensor.Float32).RequireGrad()
	var first []float32
	for range 5 {
		g := tensor.GradOf(tensor.Conv2d(x, w, nil, tensor.ConvOptions{}).Sum(), []*tensor.Tensor{w}, tensor.BackwardOptions{})
		got := tensor.Data[float32](g[0])
		for i := range first {
			if got[i] != first[i] {
				t.Fatalf("element %d is %v, was %v", i, got[i], first[i])
			}
		}
		first = got
	}
}
