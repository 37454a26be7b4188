package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Neg", (*tensor.Tensor).Neg, "-x[0]", -2, 2).
	with(unaryInteger((*tensor.Tensor).Neg, "-x[0]")...))
