package data

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// checkIndex panics with a *tensor.IndexError unless 0 <= i < n.
func checkIndex(op string, i, n int) {
	if i < 0 || i >= n {
		panic(&tensor.IndexError{Op: op, Index: i, Shape: []int{n}, Where: tensor.Caller(),
			Want: fmt.Sprintf("the set has %d items, counted from 0", n)})
	}
}

// wantDataset panics if there is no dataset.
func wantDataset(op string, ds Dataset) {
	if ds == nil {
		misuse(op, "the dataset is nil")
	}
}

// misuse panics with a *tensor.ShapeError without operands.
func misuse(op, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}
