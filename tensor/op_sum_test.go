package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(wholeReduction(reduction{name: "Sum", f: (*tensor.Tensor).Sum, torch: "torch.sum(x[0], %s)", none: true}.row(),
	(*tensor.Tensor).Sum, "torch.sum(x[0], 0)"))

var _ = op(wholeReduction(reduction{name: "SumKeep", f: (*tensor.Tensor).SumKeep, torch: "torch.sum(x[0], %s, keepdim=True)", none: true}.row(),
	(*tensor.Tensor).SumKeep, "torch.sum(x[0], 0, keepdim=True)"))

var _ = op(reduction{name: "Mean", f: (*tensor.Tensor).Mean, torch: "torch.mean(x[0], %s)", none: true}.row())

var _ = op(reduction{name: "MeanKeep", f: (*tensor.Tensor).MeanKeep, torch: "torch.mean(x[0], %s, keepdim=True)", none: true}.row())
