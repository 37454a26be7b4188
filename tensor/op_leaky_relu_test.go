package tensor_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	r := row{Name: "LeakyReLU"}
	for _, slope := range []float64{0.01, 0.5, 0} {
		call := func(t *tensor.Tensor) *tensor.Tensor { return t.LeakyReLU(slope) }
		r.Cases = append(r.Cases, labelled(fmt.Sprint(slope), unaryRow("LeakyReLU", call, fmt.Sprintf("F.leaky_relu(x[0], %v)", slope), -2, 2))...)
	}
	return r
}())
