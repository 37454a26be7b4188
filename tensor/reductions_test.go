package tensor_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// reduction is an operation over dimensions, in both languages.
type reduction struct {
	name string
	f    func(t *tensor.Tensor, dims ...int) *tensor.Tensor
	// torch has %s where the dimensions stand as a tuple, such as "torch.sum(x[0], %s)".
	torch  string
	lo, hi float64
	// none: an empty reduction is legal.
	none bool
}

func (r reduction) call(label string, a in, kinks bool, dims ...int) opCase {
	tuple := "("
	for _, d := range dims {
		tuple += fmt.Sprint(d) + ","
	}
	tuple += ")"
	if len(dims) == 0 { // all of them
		tuple = "tuple(range(x[0].dim()))"
	}
	if a.Lo == 0 && a.Hi == 0 {
		a.Lo, a.Hi = r.lo, r.hi
	}
	return opCase{Label: label, In: []in{a}, Kinks: kinks, Torch: fmt.Sprintf(r.torch, tuple),
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return r.f(x[0], dims...) })}
}

// row has the reductions over every kind of dimensions, of scalars, of dimensions of
// length 1 and 0, and over rows with NaN, infinities, zeros and ties.
func (r reduction) row() row {
	nan, inf := math.NaN(), math.Inf(1)
	cube := in{Shape: []int{2, 3, 4}, Apart: 1e-2}
	special := in{Shape: []int{9, 3}, Values: []float64{
		1, nan, 2,
		inf, 1, 2,
		-inf, 1, 2,
		inf, -inf, 1,
		inf, inf, 3,
		-inf, -inf, -inf,
		0, 0, 0,
		2, 2, 2,
		-3, 3, 0,
	}}
	out := row{Name: r.name, Cases: []opCase{
		r.call("", cube, false),
		r.call("first", cube, false, 0),
		r.call("middle", cube, false, 1),
		r.call("last", cube, false, -1),
		r.call("outer", cube, false, 0, -1),
		r.call("leading", cube, false, 1, 0),
		r.call("every", cube, false, 0, 1, 2),
		r.call("long", in{Shape: []int{1, 40, 1}}, false, 1),
		r.call("rows", special, true, 1),
		r.call("kept empty", in{Shape: []int{0, 3}}, true, 1),
	}}
	if r.none {
		out.Cases = append(out.Cases,
			r.call("scalar", in{Shape: []int{}, Apart: 0.1}, false),
			r.call("length 1", in{Shape: []int{3, 1}, Apart: 0.1}, false, 1),
			r.call("nothing", in{Shape: []int{0, 3}}, true, 0),
			r.call("nothing at all", in{Shape: []int{2, 0}}, true))
	}
	return out
}

// wholeReduction adds integers and bools, which give int64.
func wholeReduction(r row, f func(t *tensor.Tensor, dims ...int) *tensor.Tensor, torch string) row {
	for _, dtype := range []tensor.DType{tensor.Int64, tensor.Int32, tensor.Uint8, tensor.Bool} {
		a := in{Shape: []int{4, 3}, Type: dtype, Lo: 0, Hi: 9}
		if dtype == tensor.Bool {
			a.Lo, a.Hi = 0, 2
		}
		r.Cases = append(r.Cases, opCase{Label: dtype.String(), In: []in{a}, Torch: torch, Plain: true,
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], 0) })})
	}
	return r
}

func TestReductionMisuse(t *testing.T) {
	x := tensor.Ones(2, 3)
	ints := tensor.FromSlice([]int64{1, 2})
	for name, f := range map[string]func(t *tensor.Tensor, dims ...int) *tensor.Tensor{
		"Sum": (*tensor.Tensor).Sum, "Mean": (*tensor.Tensor).Mean, "Var": (*tensor.Tensor).Var, "Std": (*tensor.Tensor).Std,
		"LogSumExp": (*tensor.Tensor).LogSumExp, "Prod": (*tensor.Tensor).Prod,
		"Norm": func(t *tensor.Tensor, dims ...int) *tensor.Tensor { return t.Norm(2, dims...) },
	} {
		misuse[*tensor.IndexError](t, name+" of index 2 on a tensor of shape [2 3]: the dimension must be between -2 and 1", func() { f(x, 2) })
		misuse[*tensor.IndexError](t, name+" of index -2 on a tensor of shape [2 3]: a dimension must be named once", func() { f(x, 0, -2) })
		if name != "Sum" && name != "Prod" {
			misuse[*tensor.DTypeError](t, name+" of int64: floats are wanted; convert with To(tensor.Float32)", func() { f(ints) })
		}
	}
	misuse[*tensor.ShapeError](t, "there is no greatest or smallest of no elements", func() { tensor.Zeros(0).Norm(math.Inf(1)) })
	misuse[*tensor.ShapeError](t, "the order p is NaN", func() { x.Norm(math.NaN()) })
}

// TestVarStable: a large mean does not eat the digits of a small variance.
func TestVarStable(t *testing.T) {
	v := make([]float32, 30000)
	for i := range v {
		v[i] = 4096 + float32(i%3) - 1
	}
	want := 2.0 / 3 * 30000 / 29999
	if got := tensor.FromSlice(v).Var().Item(); math.Abs(got-want) > 1e-5 {
		t.Errorf("the variance is %v, want %v", got, want)
	}
}

// TestLogSumExpLarge: nothing overflows, in either type.
func TestLogSumExpLarge(t *testing.T) {
	if got := tensor.FromSlice([]float64{1e300, -1e300}).LogSumExp().Item(); got != 1e300 {
		t.Errorf("float64: %v", got)
	}
	if got := tensor.FromSlice([]float32{3e38, 1}).LogSumExp().Item(); float32(got) != 3e38 {
		t.Errorf("float32: %v", got)
	}
}

// TestProdSecondAtZeros: the gradient of a product with zeros is itself right in the
// neighbourhood: d2(abc)/da db = c, zeros or not.
func TestProdSecondAtZeros(t *testing.T) {
	x := tensor.FromSlice([]float64{0, 2, 3}).RequireGrad()
	g := tensor.GradOf(x.Prod(), []*tensor.Tensor{x}, tensor.BackwardOptions{CreateGraph: true})[0]
	h := tensor.GradOf(g.Select(0, 0), []*tensor.Tensor{x}, tensor.BackwardOptions{Retain: true})[0]
	if got := tensor.Data[float64](h); !slices.Equal(got, []float64{0, 3, 2}) {
		t.Errorf("d(bc)/dx = %v, want [0 3 2]", got)
	}
	h = tensor.GradOf(g.Select(0, 2), []*tensor.Tensor{x}, tensor.BackwardOptions{})[0]
	if got := tensor.Data[float64](h); !slices.Equal(got, []float64{2, 0, 0}) {
		t.Errorf("d(ab)/dx = %v, want [2 0 0]", got)
	}
}
