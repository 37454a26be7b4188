package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Log", (*tensor.Tensor).Log, "torch.log(x[0])", 0.2, 3))

var _ = op(unaryRow("Log1p", (*tensor.Tensor).Log1p, "torch.log1p(x[0])", -0.6, 2))
