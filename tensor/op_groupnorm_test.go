package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "GroupNorm", Func: tensor.GroupNorm, Cases: groupNormCases()})

func groupNormCases() []opCase {
	w, b := in{Shape: []int{4}, Lo: 0.5, Hi: 2}, in{Shape: []int{4}}
	var cases []opCase
	for _, c := range []struct {
		label  string
		groups int
		shape  []int
	}{
		{"images", 2, []int{2, 4, 2, 2}}, {"one group", 1, []int{2, 4, 3}}, {"every channel", 4, []int{2, 4, 3}}, {"rows", 2, []int{3, 4}},
		{"empty", 2, []int{0, 4, 2}},
	} {
		cases = append(cases, opCase{Label: c.label, In: []in{{Shape: c.shape}, w, b}, Kinks: c.shape[0] == 0,
			Torch: fmt.Sprintf("F.group_norm(x[0], %d, x[1], x[2], 1e-3)", c.groups),
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				return tensor.GroupNorm(x[0], c.groups, x[1], x[2], 1e-3)
			})})
	}
	return append(cases,
		opCase{Label: "plain", In: []in{{Shape: []int{2, 4, 3}}}, Torch: "F.group_norm(x[0], 2, eps=1e-5)",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.GroupNorm(x[0], 2, nil, nil, 1e-5) })},
		opCase{Label: "bias only", In: []in{{Shape: []int{2, 4, 3}}, b}, Torch: "F.group_norm(x[0], 2, None, x[1], eps=1e-5)",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.GroupNorm(x[0], 2, nil, x[1], 1e-5) })},
		// one group with NaN, one with Inf, one of equal values, one that is ordinary
		opCase{Label: "not finite", Kinks: true, In: []in{{Shape: []int{2, 4, 2}, Values: []float64{1, nan, 2, 3, inf, 1, 2, 3, 5, 5, 5, 5, 1, -2, 3, 0}}, w, b},
			Torch: "F.group_norm(x[0], 2, x[1], x[2], 1e-3)",
			F:     one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.GroupNorm(x[0], 2, x[1], x[2], 1e-3) })})
}

func TestGroupNormMisuse(t *testing.T) {
	x := tensor.Zeros(2, 4, 3)
	misuse[*tensor.ShapeError](t, "4 channels do not make 3 equal groups", func() { tensor.GroupNorm(x, 3, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "0 equal groups", func() { tensor.GroupNorm(x, 0, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "each of the 4 channels", func() { tensor.GroupNorm(x, 2, tensor.Ones(3), nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "more than 1 value", func() { tensor.GroupNorm(tensor.Zeros(1, 4), 4, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "at least 2 dimensions", func() { tensor.GroupNorm(tensor.Zeros(4), 2, nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "more than 1 spatial element", func() { tensor.InstanceNorm(tensor.Zeros(2, 4, 1), nil, nil, 1e-5) })
	misuse[*tensor.ShapeError](t, "at least 3 dimensions", func() { tensor.InstanceNorm(tensor.Zeros(2, 4), nil, nil, 1e-5) })
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.InstanceNorm(x.To(tensor.Int64), nil, nil, 1e-5) })
}
