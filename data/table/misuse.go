package table

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// checkRow panics with a *tensor.IndexError unless 0 <= i < n.
func checkRow(op string, i, n int) {
	if i < 0 || i >= n {
		panic(&tensor.IndexError{Op: op, Index: i, Shape: []int{n}, Where: tensor.Caller(),
			Want: fmt.Sprintf("the table has %d rows, counted from 0", n)})
	}
}
