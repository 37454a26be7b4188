package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Exp", (*tensor.Tensor).Exp, "torch.exp(x[0])", -2, 2))

var _ = op(unaryRow("Expm1", (*tensor.Tensor).Expm1, "torch.expm1(x[0])", -2, 2))
