package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// made is a case without arguments: what a function creates, compared with PyTorch.
func made(label, torch string, f func() *tensor.Tensor) opCase {
	return opCase{Label: label, Torch: torch, Plain: true, Float64Only: true,
		F: one(func([]*tensor.Tensor) *tensor.Tensor { return f() })}
}

// likeCases are the cases of a function that takes shape and type from a tensor.
func likeCases(f func(t *tensor.Tensor) *tensor.Tensor, torch string) []opCase {
	call := one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) })
	return []opCase{
		{In: []in{{Shape: []int{2, 3}}}, F: call, Torch: torch, Plain: true},
		{Label: "scalar", In: []in{{Shape: []int{}}}, F: call, Torch: torch, Plain: true},
		{Label: "empty", In: []in{{Shape: []int{0, 3}}}, F: call, Torch: torch, Plain: true},
		{Label: "int64", In: []in{{Shape: []int{3}, Type: tensor.Int64}}, F: call, Torch: torch, Plain: true},
		{Label: "bool", In: []in{{Shape: []int{3}, Type: tensor.Bool}}, F: call, Torch: torch, Plain: true},
	}
}

// double converts a created float32 tensor to what the goldens hold.
func double(t *tensor.Tensor) *tensor.Tensor { return t.To(tensor.Float64) }

var (
	_ = op(row{Name: "FromSlice", Func: tensor.FromSlice[float32], Cases: []opCase{
		made("", "torch.tensor([[1., 2., 3.], [4., 5., 6.]], dtype=torch.float64)", func() *tensor.Tensor {
			return tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
		}),
		made("one dimension", "torch.tensor([1, -2, 3])", func() *tensor.Tensor { return tensor.FromSlice([]int64{1, -2, 3}) }),
		made("int32", "torch.tensor([[7]], dtype=torch.int32)", func() *tensor.Tensor { return tensor.FromSlice([]int32{7}, 1, 1) }),
		made("uint8", "torch.tensor([0, 255], dtype=torch.uint8)", func() *tensor.Tensor { return tensor.FromSlice([]uint8{0, 255}) }),
		made("bool", "torch.tensor([True, False])", func() *tensor.Tensor { return tensor.FromSlice([]bool{true, false}) }),
		made("empty", "torch.zeros(2, 0, 3, dtype=torch.float64)", func() *tensor.Tensor { return tensor.FromSlice([]float64{}, 2, 0, 3) }),
		made("nothing", "torch.zeros(0, dtype=torch.float64)", func() *tensor.Tensor { return tensor.FromSlice[float64](nil) }),
		made("not finite", "torch.tensor([math.nan, math.inf, -math.inf, -0.], dtype=torch.float64)", func() *tensor.Tensor {
			return tensor.FromSlice([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)})
		}),
	}})
	_ = op(row{Name: "FromNested", Func: tensor.FromNested, Cases: []opCase{
		made("", "torch.tensor([[[1., 2.], [3., 4.]], [[5., 6.], [7., 8.]]], dtype=torch.float64)", func() *tensor.Tensor {
			return tensor.FromNested([][][]float64{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}})
		}),
		made("int", "torch.tensor([[1, 2, 3]])", func() *tensor.Tensor { return tensor.FromNested([][]int{{1, 2, 3}}) }),
		made("arrays", "torch.tensor([[1, 2], [3, 4]], dtype=torch.int32)", func() *tensor.Tensor { return tensor.FromNested([2][2]int32{{1, 2}, {3, 4}}) }),
		made("bool", "torch.tensor([[True], [False]])", func() *tensor.Tensor { return tensor.FromNested([][]bool{{true}, {false}}) }),
		made("number", "torch.tensor(2.5, dtype=torch.float64)", func() *tensor.Tensor { return tensor.FromNested(2.5) }),
		made("empty rows", "torch.zeros(2, 0, dtype=torch.float64)", func() *tensor.Tensor { return tensor.FromNested([][]float64{{}, {}}) }),
	}})
	_ = op(row{Name: "Scalar", Func: tensor.Scalar, Cases: []opCase{made("", "torch.tensor(-2.5, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Scalar(-2.5)) })}})
	_ = op(row{Name: "Zeros", Func: tensor.Zeros, Cases: []opCase{
		made("", "torch.zeros(2, 3, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Zeros(2, 3)) }),
		made("scalar", "torch.zeros((), dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Zeros()) }),
		made("empty", "torch.zeros(0, 2, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Zeros(0, 2)) }),
	}})
	_ = op(row{Name: "Ones", Func: tensor.Ones, Cases: []opCase{made("", "torch.ones(2, 3, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Ones(2, 3)) })}})
	_ = op(row{Name: "Full", Func: tensor.Full, Cases: []opCase{made("", "torch.full((2, 1), -1.5, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Full(-1.5, 2, 1)) })}})
	_ = op(row{Name: "ZerosOf", Func: tensor.ZerosOf, Cases: []opCase{
		made("", "torch.zeros(2, dtype=torch.int64)", func() *tensor.Tensor { return tensor.ZerosOf(tensor.Int64, 2) }),
		made("bool", "torch.zeros(2, dtype=torch.bool)", func() *tensor.Tensor { return tensor.ZerosOf(tensor.Bool, 2) }),
	}})
	_ = op(row{Name: "OnesOf", Func: tensor.OnesOf, Cases: []opCase{
		made("", "torch.ones(2, dtype=torch.uint8)", func() *tensor.Tensor { return tensor.OnesOf(tensor.Uint8, 2) }),
		made("bool", "torch.ones(2, dtype=torch.bool)", func() *tensor.Tensor { return tensor.OnesOf(tensor.Bool, 2) }),
	}})
	_ = op(row{Name: "FullOf", Func: tensor.FullOf, Cases: []opCase{
		made("", "torch.full((3,), 0.1, dtype=torch.float64)", func() *tensor.Tensor { return tensor.FullOf(tensor.Float64, 0.1, 3) }),
		made("truncated", "torch.full((3,), -2, dtype=torch.int32)", func() *tensor.Tensor { return tensor.FullOf(tensor.Int32, -2.9, 3) }),
		made("bool", "torch.full((3,), True)", func() *tensor.Tensor { return tensor.FullOf(tensor.Bool, 0.5, 3) }),
	}})
	_ = op(row{Name: "ZerosLike", Func: tensor.ZerosLike, Cases: likeCases(tensor.ZerosLike, "torch.zeros_like(x[0])")})
	_ = op(row{Name: "OnesLike", Func: tensor.OnesLike, Cases: likeCases(tensor.OnesLike, "torch.ones_like(x[0])")})
	_ = op(row{Name: "FullLike", Func: tensor.FullLike, Cases: likeCases(func(t *tensor.Tensor) *tensor.Tensor { return tensor.FullLike(t, 3) }, "torch.full_like(x[0], 3)")})
	_ = op(row{Name: "Arange", Func: tensor.Arange, Cases: []opCase{
		made("", "torch.arange(0., 5., 1.).double()", func() *tensor.Tensor { return double(tensor.Arange(0, 5, 1)) }),
		made("fractions", "torch.arange(1., 2.5, 0.3).double()", func() *tensor.Tensor { return double(tensor.Arange(1, 2.5, 0.3)) }),
		made("down", "torch.arange(5., -1., -1.5).double()", func() *tensor.Tensor { return double(tensor.Arange(5, -1, -1.5)) }),
		made("none", "torch.arange(1., 1., 1.).double()", func() *tensor.Tensor { return double(tensor.Arange(1, 1, 1)) }),
	}})
	_ = op(row{Name: "Linspace", Func: tensor.Linspace, Cases: []opCase{
		made("", "torch.linspace(-1., 1., 5).double()", func() *tensor.Tensor { return double(tensor.Linspace(-1, 1, 5)) }),
		made("thirds", "torch.linspace(0., 1., 4, dtype=torch.float64).float().double()", func() *tensor.Tensor { return double(tensor.Linspace(0, 1, 4)) }),
		made("one", "torch.linspace(3., 7., 1).double()", func() *tensor.Tensor { return double(tensor.Linspace(3, 7, 1)) }),
		made("none", "torch.linspace(3., 7., 0).double()", func() *tensor.Tensor { return double(tensor.Linspace(3, 7, 0)) }),
		made("down", "torch.linspace(4., -4., 3).double()", func() *tensor.Tensor { return double(tensor.Linspace(4, -4, 3)) }),
	}})
	_ = op(row{Name: "Eye", Func: tensor.Eye, Cases: []opCase{
		made("", "torch.eye(3, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Eye(3)) }),
		made("one", "torch.eye(1, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Eye(1)) }),
		made("none", "torch.eye(0, dtype=torch.float64)", func() *tensor.Tensor { return double(tensor.Eye(0)) }),
	}})
)

func TestFromSliceCopies(t *testing.T) {
	data := []float32{1, 2}
	x := tensor.FromSlice(data)
	data[0] = 9
	if got := tensor.Data[float32](x)[0]; got != 1 {
		t.Errorf("the tensor shares the caller's slice: %v", got)
	}
	tensor.Data[float32](x)[0] = 7
	if got := tensor.Data[float32](x)[0]; got != 1 {
		t.Errorf("Data gives the tensor's own memory: %v", got)
	}
}

func TestDefaultTypes(t *testing.T) {
	for name, x := range map[string]*tensor.Tensor{
		"Scalar": tensor.Scalar(1), "Zeros": tensor.Zeros(1), "Ones": tensor.Ones(1), "Full": tensor.Full(1, 1),
		"Arange": tensor.Arange(0, 1, 1), "Linspace": tensor.Linspace(0, 1, 2), "Eye": tensor.Eye(1),
	} {
		if x.DType() != tensor.Float32 {
			t.Errorf("%s gives %v", name, x.DType())
		}
	}
}

func TestCreateMisuse(t *testing.T) {
	misuse[*tensor.ShapeError](t, "3 values given, the shape holds 4 values", func() { tensor.FromSlice([]float32{1, 2, 3}, 2, 2) })
	misuse[*tensor.ShapeError](t, "tensor: Zeros of [2 -1]: lengths must not be negative", func() { tensor.Zeros(2, -1) })
	misuse[*tensor.ShapeError](t, "at most 8 dimensions", func() { tensor.Ones(1, 1, 1, 1, 1, 1, 1, 1, 1) })
	misuse[*tensor.ShapeError](t, "at most 2147483647 elements", func() { tensor.Full(1, 1<<16, 1<<16) })
	misuse[*tensor.ShapeError](t, "at most 2147483647 elements", func() { tensor.Zeros(1<<40, 1<<40, 1<<40) })
	misuse[*tensor.ShapeError](t, "every row must have 2 elements, one has 1 element", func() { tensor.FromNested([][]float32{{1, 2}, {3}}) })
	misuse[*tensor.DTypeError](t, "string", func() { tensor.FromNested([]string{"a"}) })
	misuse[*tensor.DTypeError](t, "not nil", func() { tensor.FromNested(nil) })
	misuse[*tensor.DTypeError](t, "no element type 17", func() { tensor.ZerosOf(17, 2) })
	misuse[*tensor.ShapeError](t, "step other than 0", func() { tensor.Arange(0, 1, 0) })
	misuse[*tensor.ShapeError](t, "finite limits", func() { tensor.Arange(0, math.Inf(1), 1) })
	misuse[*tensor.ShapeError](t, "at most 2147483647 elements", func() { tensor.Arange(0, 1e12, 1) })
	misuse[*tensor.ShapeError](t, "Linspace", func() { tensor.Linspace(0, 1, -1) })
	misuse[*tensor.ShapeError](t, "Eye", func() { tensor.Eye(-1) })
}

func TestFullConvertsAlikeEverywhere(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.DType
		v     float64
		want  string
	}{
		{tensor.Int64, math.NaN(), "[0]"},
		{tensor.Int64, math.Inf(1), "[9223372036854775807]"},
		{tensor.Int32, -1.9, "[-1]"},
		{tensor.Uint8, -1, "[255]"},
		{tensor.Bool, math.NaN(), "[true]"},
	} {
		x := tensor.FullOf(c.dtype, c.v, 1)
		var got string
		if c.dtype == tensor.Bool {
			got = fmt.Sprint(tensor.Data[bool](x))
		} else {
			got = fmt.Sprint(tensor.Data[int64](x.To(tensor.Int64)))
		}
		if got != c.want {
			t.Errorf("%v as %v is %s, not %s", c.v, c.dtype, got, c.want)
		}
	}
}
