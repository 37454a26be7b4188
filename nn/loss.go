package nn

import "github.com/lumen-ml/lumen/tensor"

// Loss compares predictions with targets: a scalar to call Backward on. Losses
// average over the batch unless their options ask for something else.
type Loss func(pred, target *tensor.Tensor) *tensor.Tensor

// Reduction says what a loss makes of its elements: the mean, the sum, or nothing.
type Reduction = tensor.Reduction

// The reductions; the zero value is the mean.
const (
	ReductionMean = tensor.ReductionMean
	ReductionSum  = tensor.ReductionSum
	ReductionNone = tensor.ReductionNone
)

// reduce brings elements to what was asked for.
func reduce(t *tensor.Tensor, r Reduction) *tensor.Tensor {
	switch r {
	case ReductionSum:
		return t.Sum()
	case ReductionNone:
		return t
	}
	return t.Mean()
}

// sameShape panics unless pred and target have one shape: broadcasting here hides
// mistakes, such as [N] against [N, 1].
func sameShape(op string, pred, target *tensor.Tensor) {
	a, b := pred.Shape(), target.Shape()
	equal := len(a) == len(b)
	for i := 0; equal && i < len(a); i++ {
		equal = a[i] == b[i]
	}
	if !equal {
		panic(&tensor.ShapeError{Op: op, Shapes: [][]int{a, b}, Want: "prediction and target must have one shape", Where: tensor.Caller()})
	}
}
