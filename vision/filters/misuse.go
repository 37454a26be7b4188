package filters

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// misuse panics with a *tensor.ShapeError about x, which may be nil.
func misuse(op string, x *tensor.Tensor, format string, args ...any) {
	var shapes [][]int
	if x != nil {
		shapes = [][]int{x.Shape()}
	}
	panic(&tensor.ShapeError{Op: op, Shapes: shapes, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}

// wrongType panics with a *tensor.DTypeError about x.
func wrongType(op string, x *tensor.Tensor, format string, args ...any) {
	panic(&tensor.DTypeError{Op: op, DTypes: []tensor.DType{x.DType()}, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}
