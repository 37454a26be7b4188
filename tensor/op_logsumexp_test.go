package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(reduction{name: "LogSumExp", f: (*tensor.Tensor).LogSumExp, torch: "torch.logsumexp(x[0], %s)", none: true}.row())
