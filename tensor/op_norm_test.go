package tensor_test

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	out := row{Name: "Norm"}
	for _, p := range []float64{2, 1, 3, 1.5, 0.5, 0, math.Inf(1), math.Inf(-1), -1} {
		text := fmt.Sprint(p)
		if math.IsInf(p, 0) {
			text = fmt.Sprintf("%+.0f*math.inf", math.Copysign(1, p))
		}
		f := func(t *tensor.Tensor, dims ...int) *tensor.Tensor { return t.Norm(p, dims...) }
		r := reduction{name: "Norm", f: f, torch: "torch.linalg.vector_norm(x[0], " + text + ", %s)"}
		cases := r.row().Cases
		if p != 2 { // the dimensions are covered
			cases = []opCase{cases[2], cases[8]}
		} else {
			cases = append(cases, r.call("nothing", in{Shape: []int{0, 3}}, true, 0), r.call("scalar", in{Shape: []int{}, Apart: 0.1}, false))
		}
		for _, c := range cases {
			c.Label = fmt.Sprint(p, " ", c.Label)
			c.Plain = p == 0 // PyTorch gives no gradient rather than zeros
			out.Cases = append(out.Cases, c)
		}
	}
	return out
}())
