package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("GELU", (*tensor.Tensor).GELU, "F.gelu(x[0])", -3, 3))

var _ = op(unaryRow("GELUTanh", (*tensor.Tensor).GELUTanh, "F.gelu(x[0], approximate=\"tanh\")", -3, 3))
