package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Sin", (*tensor.Tensor).Sin, "torch.sin(x[0])", -2, 2))

var _ = op(unaryRow("Cos", (*tensor.Tensor).Cos, "torch.cos(x[0])", -2, 2))
