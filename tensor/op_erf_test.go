package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Erf", (*tensor.Tensor).Erf, "torch.erf(x[0])", -2, 2))
