package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Softplus", (*tensor.Tensor).Softplus, "F.softplus(x[0])", -3, 3).
	with(opCase{Label: "threshold", In: []in{{Shape: []int{5}, Values: []float64{19.5, 20, 20.25, 21, 800}}}, Torch: "F.softplus(x[0])", Kinks: true,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Softplus() })}))
