package classic

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// shapeError is about operands that do not fit.
func shapeError(op string, ts []*tensor.Tensor, format string, args ...any) error {
	shapes := make([][]int, len(ts))
	for i, t := range ts {
		shapes[i] = t.Shape()
	}
	return &tensor.ShapeError{Op: op, Shapes: shapes, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()}
}

// typeError is about an element type.
func typeError(op string, t *tensor.Tensor, format string, args ...any) error {
	return &tensor.DTypeError{Op: op, DTypes: []tensor.DType{t.DType()}, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()}
}

// misuse panics about a mistake in the program that is not an operand's.
func misuse(op, format string, args ...any) { panic(shapeError(op, nil, format, args...)) }

// must panics with the misuse that a check found.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
