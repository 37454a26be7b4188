package tensor_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var (
	_ = op(softmaxRow("Softmax", (*tensor.Tensor).Softmax, "torch.softmax(x[0], %d)"))
	_ = op(softmaxRow("LogSoftmax", (*tensor.Tensor).LogSoftmax, "torch.log_softmax(x[0], %d)"))
)

func softmaxRow(name string, f func(t *tensor.Tensor, dim int) *tensor.Tensor, torch string) row {
	inf, nan := math.Inf(1), math.NaN()
	along := func(label string, dim int, x in, kinks bool) opCase {
		return opCase{Label: label, In: []in{x}, Kinks: kinks, Torch: fmt.Sprintf(torch, dim),
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], dim) })}
	}
	extremes := in{Shape: []int{7, 3}, Values: []float64{
		1e4, -1e4, 0,
		1e4, 1e4, -inf,
		-inf, -inf, -inf,
		inf, 0, 1,
		-inf, 2, 1,
		nan, 1, 2,
		3, 3, 3}}
	return row{Name: name, Cases: []opCase{
		along("", -1, in{Shape: []int{3, 5}}, false),
		along("first", 0, in{Shape: []int{4, 3}}, false),
		along("middle", 1, in{Shape: []int{2, 3, 4}}, false),
		along("wide", -2, in{Shape: []int{2, 3, 19}}, false),
		along("vector", 0, in{Shape: []int{5}}, false),
		along("length 1", 1, in{Shape: []int{3, 1, 2}}, false),
		along("scalar", 0, in{Shape: []int{}}, false),
		along("extremes", 1, extremes, true),
		along("extremes across", 0, extremes, true),
		along("empty", 1, in{Shape: []int{0, 3}}, true),
		along("nothing", 1, in{Shape: []int{3, 0}}, true),
		along("nothing across", 0, in{Shape: []int{0, 3}}, true),
	}}
}

func TestSoftmaxMisuse(t *testing.T) {
	misuse[*tensor.DTypeError](t, "floats are wanted", func() { tensor.FromSlice([]int64{1, 2}).Softmax(0) })
	misuse[*tensor.IndexError](t, "between -2 and 1", func() { tensor.Zeros(2, 3).LogSoftmax(2) })
}

// Lines across a dimension, many of them on several threads, have the bits of lines
// that lie in rows.
func TestSoftmaxAcross(t *testing.T) {
	x := normal(1, 40, 37, 53)
	for _, f := range []func(t *tensor.Tensor, dim int) *tensor.Tensor{(*tensor.Tensor).Softmax, (*tensor.Tensor).LogSoftmax} {
		for dim := range 3 {
			across, rows := x.Clone().RequireGrad(), x.Clone().RequireGrad()
			y := f(across, dim)
			z := f(rows.Transpose(dim, -1), -1).Transpose(dim, -1)
			y.BackwardWith(tensor.BackwardOptions{Gradient: x})
			z.BackwardWith(tensor.BackwardOptions{Gradient: x})
			if !slices.Equal(tensor.Data[float32](y), tensor.Data[float32](z)) {
				t.Errorf("dimension %d: the results differ", dim)
			}
			if !slices.Equal(tensor.Data[float32](across.Grad()), tensor.Data[float32](rows.Grad())) {
				t.Errorf("dimension %d: the gradients differ", dim)
			}
		}
	}
}

// normal is a float32 tensor of normal numbers.
func normal(seed uint64, shape ...int) *tensor.Tensor {
	r := rand.New(rand.NewPCG(seed, 1))
	t := tensor.Zeros(shape...)
	data := tensor.Data[float32](t)
	for i := range data {
		data[i] = float32(r.NormFloat64())
	}
	return tensor.FromSlice(data, shape...)
}
