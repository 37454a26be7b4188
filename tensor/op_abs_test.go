package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Abs", (*tensor.Tensor).Abs, "torch.abs(x[0])", -2, 2).
	with(unaryInteger((*tensor.Tensor).Abs, "torch.abs(x[0])")...))
