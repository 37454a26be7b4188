package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("ReLU", (*tensor.Tensor).ReLU, "F.relu(x[0])", -2, 2).
	with(unaryInteger((*tensor.Tensor).ReLU, "F.relu(x[0])")...))
