package tensor_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	r := row{Name: "Pow"}
	for _, e := range []float64{0, 1, 2, 3, 0.5, -1, -0.5, 2.5, -2} {
		call := func(t *tensor.Tensor) *tensor.Tensor { return t.Pow(e) }
		r.Cases = append(r.Cases, labelled(fmt.Sprint(e), unaryRow("Pow", call, fmt.Sprintf("torch.pow(x[0], %v)", e), 0.3, 2))...)
	}
	// A negative base has powers with a whole exponent only.
	r.Cases = append(r.Cases, opCase{Label: "negative base", In: []in{{Shape: []int{7}, Lo: -2, Hi: -0.3}}, Torch: "x[0] ** 3",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Pow(3) })})
	return r.with(unaryInteger(func(t *tensor.Tensor) *tensor.Tensor { return t.Pow(3) }, "x[0] ** 3")...)
}())

var _ = op(unaryRow("Square", (*tensor.Tensor).Square, "torch.square(x[0])", -2, 2).
	with(unaryInteger((*tensor.Tensor).Square, "torch.square(x[0])")...))
