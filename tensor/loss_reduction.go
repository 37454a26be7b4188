package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Reduction says what a loss makes of the losses of a batch's elements. The zero
// value is the mean.
type Reduction = nd.Reduction

// The reductions, printed and serialised as mean, sum and none.
const (
	ReductionMean = nd.ReductionMean
	ReductionSum  = nd.ReductionSum
	ReductionNone = nd.ReductionNone
)

// reduceLoss brings the elements' losses to what was asked for.
func reduceLoss(y *Tensor, r Reduction) *Tensor {
	switch r {
	case ReductionMean:
		return y.Mean()
	case ReductionSum:
		return y.Sum()
	}
	return y
}

func checkReduction(op string, x *Tensor, r Reduction) {
	if r > ReductionNone {
		badShape(op, []*Tensor{x}, "there is no %v; use ReductionMean, ReductionSum or ReductionNone", r)
	}
}
