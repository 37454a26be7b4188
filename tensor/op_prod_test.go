package tensor_test

import "github.com/lumen-ml/lumen/tensor"

// PyTorch's prod takes one dimension or all, so that several are done in turn.
const torchProd = "y = x[0]\nfor d in sorted((d %% x[0].dim() for d in %s), reverse=True):\n    y = torch.prod(y, d)"

var _ = op(wholeReduction(reduction{name: "Prod", f: (*tensor.Tensor).Prod, torch: torchProd, none: true}.row().with(opCase{
	Label: "zeros", Kinks: true, Torch: "torch.prod(x[0], 1)",
	In: []in{{Shape: []int{4, 5}, Values: []float64{1, 2, 3, 4, 5, 0, 2, 3, 4, 5, 1, 0, 3, 0, 5, 0, 0, 0, 0, 0}}},
	F:  one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Prod(1) })}),
	(*tensor.Tensor).Prod, "torch.prod(x[0], 0)"))
