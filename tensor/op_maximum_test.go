package tensor_test

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// extremeRow is the row of Maximum or Minimum: what binaryRow has, integers, and ties,
// also with NaN and infinities on both sides.
func extremeRow(name string, f func(a, b *tensor.Tensor) *tensor.Tensor, torch string) row {
	nan, inf := math.NaN(), math.Inf(1)
	a := in{Shape: []int{8}, Values: []float64{1, 0, -3, inf, -inf, nan, nan, 2}}
	b := in{Shape: []int{8}, Values: []float64{1, 0, -3, inf, -inf, nan, 2, nan}}
	return binaryRow(name, f, torch).with(binaryInteger(f, torch)...).with(opCase{Label: "ties", In: []in{a, b}, Torch: torch, Kinks: true,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) })})
}

var _ = op(extremeRow("Maximum", (*tensor.Tensor).Maximum, "torch.maximum(x[0], x[1])"))

var _ = op(extremeRow("Minimum", (*tensor.Tensor).Minimum, "torch.minimum(x[0], x[1])"))
