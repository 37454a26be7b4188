package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Reciprocal", (*tensor.Tensor).Reciprocal, "torch.reciprocal(x[0])", 0.4, 2))
