package metrics

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

func shapes(ts []*tensor.Tensor) [][]int {
	s := make([][]int, len(ts))
	for i, t := range ts {
		s[i] = t.Shape()
	}
	return s
}

// badShape panics with a *tensor.ShapeError about the operands.
func badShape(op string, ts []*tensor.Tensor, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Shapes: shapes(ts), Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}

// badArgument panics with a *tensor.ShapeError about a number given to a constructor.
func badArgument(op, format string, args ...any) { badShape(op, nil, format, args...) }

// badType panics with a *tensor.DTypeError about the operands.
func badType(op string, ts []*tensor.Tensor, format string, args ...any) {
	types := make([]tensor.DType, len(ts))
	for i, t := range ts {
		types[i] = t.DType()
	}
	panic(&tensor.DTypeError{Op: op, DTypes: types, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}

// badLabel panics with a *tensor.IndexError about a label of t.
func badLabel(op string, t *tensor.Tensor, label int64, format string, args ...any) {
	panic(&tensor.IndexError{Op: op, Index: int(label), Shape: t.Shape(), Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}
