package tensor_test

import (
	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(binaryRow("Add", (*tensor.Tensor).Add, "x[0] + x[1]").
	with(binaryInteger((*tensor.Tensor).Add, "x[0] + x[1]")...))
