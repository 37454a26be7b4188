package tensor_test

import (
	"github.com/lumen-ml/lumen/tensor"
)

// Divisors keep away from 0: a difference quotient there is no judge of a gradient.
var _ = op(func() row {
	r := binaryRow("Div", (*tensor.Tensor).Div, "x[0] / x[1]")
	for i := range r.Cases {
		if d := &r.Cases[i].In[1]; d.Values == nil {
			d.Lo, d.Hi = 0.5, 2
		}
	}
	return r
}())
