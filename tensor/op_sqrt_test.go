package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Sqrt", (*tensor.Tensor).Sqrt, "torch.sqrt(x[0])", 0.2, 3))

var _ = op(unaryRow("Rsqrt", (*tensor.Tensor).Rsqrt, "torch.rsqrt(x[0])", 0.3, 3))
