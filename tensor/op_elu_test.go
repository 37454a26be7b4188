package tensor_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	r := row{Name: "ELU"}
	for _, alpha := range []float64{1, 0.7} {
		call := func(t *tensor.Tensor) *tensor.Tensor { return t.ELU(alpha) }
		r.Cases = append(r.Cases, labelled(fmt.Sprint(alpha), unaryRow("ELU", call, fmt.Sprintf("F.elu(x[0], %v)", alpha), -2, 2))...)
	}
	return r
}())
