package tensor_test

import "github.com/lumen-ml/lumen/tensor"

// varianceRow adds single elements, whose variance is NaN and has no difference
// quotient.
func varianceRow(name string, f func(t *tensor.Tensor, dims ...int) *tensor.Tensor, torch string) row {
	r := reduction{name: name, f: f, torch: torch}
	return r.row().with(
		r.call("length 1", in{Shape: []int{3, 1}}, true, 1),
		r.call("scalar", in{Shape: []int{}}, true),
		r.call("nothing", in{Shape: []int{0, 3}}, true, 0))
}

var _ = op(varianceRow("Var", (*tensor.Tensor).Var, "torch.var(x[0], %s)"))

var _ = op(varianceRow("VarKeep", (*tensor.Tensor).VarKeep, "torch.var(x[0], %s, keepdim=True)"))

var _ = op(varianceRow("Std", (*tensor.Tensor).Std, "torch.std(x[0], %s)"))

var _ = op(varianceRow("StdKeep", (*tensor.Tensor).StdKeep, "torch.std(x[0], %s, keepdim=True)"))
