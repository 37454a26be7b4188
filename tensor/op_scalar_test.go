package tensor_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// scalarRow is the row of an operation with a number.
func scalarRow(name string, f func(t *tensor.Tensor, v float64) *tensor.Tensor, operator string, integers bool) row {
	r := row{Name: name}
	for _, v := range []float64{2.5, -0.75, 0} {
		call := func(t *tensor.Tensor) *tensor.Tensor { return f(t, v) }
		r.Cases = append(r.Cases, labelled(fmt.Sprint(v), unaryRow(name, call, fmt.Sprintf("x[0] %s %v", operator, v), -2, 2))...)
	}
	if integers {
		r = r.with(unaryInteger(func(t *tensor.Tensor) *tensor.Tensor { return f(t, -3) }, "x[0] "+operator+" -3")...)
	}
	return r
}

var _ = op(scalarRow("AddScalar", (*tensor.Tensor).AddScalar, "+", true))

var _ = op(scalarRow("SubScalar", (*tensor.Tensor).SubScalar, "-", true))

var _ = op(scalarRow("MulScalar", (*tensor.Tensor).MulScalar, "*", true))

var _ = op(func() row {
	r := scalarRow("DivScalar", (*tensor.Tensor).DivScalar, "/", false)
	for i := range r.Cases { // division by 0 has no difference quotient
		if r.Cases[i].Label == "0" {
			r.Cases[i].Kinks = true
		}
	}
	return r
}())
