package tensor_test

import (
	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(binaryRow("Sub", (*tensor.Tensor).Sub, "x[0] - x[1]").
	with(binaryInteger((*tensor.Tensor).Sub, "x[0] - x[1]")...))
