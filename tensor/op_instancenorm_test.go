package tensor_test

import "github.com/lumen-ml/lumen/tensor"

var _ = op(row{Name: "InstanceNorm", Func: tensor.InstanceNorm, Cases: []opCase{
	{In: []in{{Shape: []int{2, 3, 4}}, {Shape: []int{3}, Lo: 0.5, Hi: 2}, {Shape: []int{3}}},
		Torch: "F.instance_norm(x[0], None, None, x[1], x[2], eps=1e-5)",
		F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.InstanceNorm(x[0], x[1], x[2], 1e-5) })},
	{Label: "images", In: []in{{Shape: []int{2, 3, 2, 2}}}, Torch: "F.instance_norm(x[0], eps=1e-3)",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.InstanceNorm(x[0], nil, nil, 1e-3) })},
	{Label: "not finite", Kinks: true, In: []in{{Shape: []int{1, 4, 3}, Values: []float64{1, nan, 2, 3, -inf, 1, 5, 5, 5, 1, -2, 3}}, {Shape: []int{4}}, {Shape: []int{4}}},
		Torch: "F.instance_norm(x[0], None, None, x[1], x[2], eps=1e-5)",
		F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.InstanceNorm(x[0], x[1], x[2], 1e-5) })},
}})
