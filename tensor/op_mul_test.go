package tensor_test

import (
	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(binaryRow("Mul", (*tensor.Tensor).Mul, "x[0] * x[1]").
	with(binaryInteger((*tensor.Tensor).Mul, "x[0] * x[1]")...).
	with(opCase{Label: "itself", In: []in{{Shape: []int{2, 3}}}, Torch: "x[0] * x[0]",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Mul(x[0]) })}))
