package tensor_test

import (
	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(binaryRow("Mul", (*tensor.Tensor).Mul, "x[0] * x[1]"))
