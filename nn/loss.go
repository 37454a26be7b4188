package nn

import (
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// Loss compares predictions with targets: a scalar to call Backward on. Losses
// average over the batch unless their options ask for something else.
//
// A target that does not fit the prediction panics with a *tensor.ShapeError, and so
// does an empty batch where a mean is asked for, which would be NaN; a wrong element
// type panics with a *tensor.DTypeError, a label out of range with a
// *tensor.IndexError.
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
func reduce(op string, t *tensor.Tensor, r Reduction) *tensor.Tensor {
	switch r {
	case ReductionMean:
		return t.Mean()
	case ReductionSum:
		return t.Sum()
	case ReductionNone:
		return t
	}
	badSize(op, "there is no %v; use ReductionMean, ReductionSum or ReductionNone", r)
	return nil
}

// rename, deferred, puts a loss's own name into the misuse that the operation below it
// panics with. A label is an index into the prediction, so the shape told is pred's.
func rename(op string, pred *tensor.Tensor) {
	r := recover()
	switch e := r.(type) {
	case nil:
		return
	case *tensor.ShapeError:
		e.Op = op
	case *tensor.DTypeError:
		e.Op = op
	case *tensor.IndexError:
		e.Op, e.Shape = op, pred.Shape()
	case *tensor.StaleError:
		e.Op = op
	}
	panic(r)
}

// notEmpty panics where the mean over nothing is asked for, which would be NaN and
// make every weight NaN with the next step.
func notEmpty(op string, pred *tensor.Tensor, r Reduction) {
	if r == ReductionMean && pred != nil && pred.Numel() == 0 {
		badInput(op, pred, "an empty batch has no mean loss; leave it out, or ask for ReductionSum")
	}
}

// alike panics unless pred and target are floats of one type and shape: broadcasting here hides
// mistakes, such as [N] against [N, 1].
func alike(op string, pred, target *tensor.Tensor) {
	if pred == nil || target == nil {
		badSize(op, "the prediction or the target is nil")
	}
	if a, b := pred.Shape(), target.Shape(); !slices.Equal(a, b) {
		panic(&tensor.ShapeError{Op: op, Shapes: [][]int{a, b}, Want: "prediction and target must have one shape", Where: tensor.Caller()})
	}
	if a, b := pred.DType(), target.DType(); a != b || !a.IsFloat() {
		panic(&tensor.DTypeError{Op: op, DTypes: []tensor.DType{a, b},
			Want: "prediction and target must be floats of one type; convert with To", Where: tensor.Caller()})
	}
}
