package tensor_test

import "github.com/lumen-ml/lumen/tensor"

// roundingRow has, beside the usual values, halves and what is beside whole numbers.
func roundingRow(name string, f func(*tensor.Tensor) *tensor.Tensor, torch string) row {
	return unaryRow(name, f, torch, -3, 3).with(opCase{Label: "halves", Torch: torch, Kinks: true,
		In: []in{{Shape: []int{12}, Values: []float64{0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.9999, -0.9999, 1.0001, 8388609, -4503599627370497, 1e300}}},
		F:  one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) }), Float64Only: true})
}

var _ = op(roundingRow("Floor", (*tensor.Tensor).Floor, "torch.floor(x[0])"))

var _ = op(roundingRow("Ceil", (*tensor.Tensor).Ceil, "torch.ceil(x[0])"))

var _ = op(roundingRow("Round", (*tensor.Tensor).Round, "torch.round(x[0])"))
