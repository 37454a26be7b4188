package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Tanh", (*tensor.Tensor).Tanh, "torch.tanh(x[0])", -2, 2))
