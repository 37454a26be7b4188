package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Sign", (*tensor.Tensor).Sign, "torch.sign(x[0])", -2, 2).
	with(unaryInteger((*tensor.Tensor).Sign, "torch.sign(x[0])")...))
