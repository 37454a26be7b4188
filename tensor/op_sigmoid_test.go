package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(unaryRow("Sigmoid", (*tensor.Tensor).Sigmoid, "torch.sigmoid(x[0])", -3, 3))

var _ = op(unaryRow("LogSigmoid", (*tensor.Tensor).LogSigmoid, "F.logsigmoid(x[0])", -3, 3))
