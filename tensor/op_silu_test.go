package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("SiLU", (*tensor.Tensor).SiLU, "F.silu(x[0])", -3, 3))
