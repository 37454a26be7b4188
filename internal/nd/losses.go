package nd

import (
	"fmt"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Losses is the part of a device's table for fused losses. Operands are contiguous.
type Losses struct {
	// FindLabel looks for an int64 that is neither in [0, classes) nor in ignore and
	// returns where it is, -1 if there is none, and its value.
	FindLabel func(labels *Array, classes int, ignore []int64) (at int, value int64)
	// CrossEntropy writes the loss of x, [batch, classes, ...] or [classes], and the
	// log-probabilities of the classes, which have x's shape. target is int64 of x's
	// shape without the classes (labels, checked with FindLabel), or float of x's
	// shape (probabilities); weight, one for each class, may be nil. loss is one
	// number, or as many as there are labels with ReductionNone. A nil logp means
	// that x holds log-probabilities already.
	CrossEntropy func(loss, logp, x, target, weight *Array, a CrossEntropyArgs)
	// CrossEntropyBack is the gradient of x, g being the loss's. With given it is that
	// of log-probabilities.
	CrossEntropyBack func(dx, g, logp, target, weight *Array, given bool, a CrossEntropyArgs)
	// CrossEntropySpread writes the coefficients q of the loss -sum(q * logp), before
	// the reduction for ReductionNone.
	CrossEntropySpread func(q, target, weight *Array, a CrossEntropyArgs)
	// BCEWithLogits writes, element by element, the loss
	// (1-t)*x - (1 + (p-1)*t) * log(sigmoid(x)); p may be nil, which stands for 1, and
	// broadcasts to dst. Operands may have any strides.
	BCEWithLogits func(dst, x, t, p *Array)
	// BCEWithLogitsGrad writes its derivative by x.
	BCEWithLogitsGrad func(dst, x, t, p *Array)
	// BCE writes -t*max(log(x), -100) - (1-t)*max(log(1-x), -100), BCETotal the sum of
	// that over all elements, divided, as one number; x and t are contiguous there.
	BCE      func(dst, x, t *Array)
	BCETotal func(loss, x, t *Array, divide float64)
	// BCEGrad writes BCE's derivative by x, (x-t) / max(x*(1-x), BCEFloor), times the one
	// number g, divided, if g is not nil. x and t may have any strides.
	BCEGrad func(dst, x, t, g *Array, divide float64)
	// Distance writes what k makes of x-t, element by element, DistanceTotal the sum of that over all elements, divided,
	// as one number; x and t are contiguous there.
	Distance      func(dst, x, t *Array, k Distance)
	DistanceTotal func(loss, x, t *Array, k Distance, divide float64)
	// DistanceGrad writes Distance's derivative by x, divided, times the one number g if g is not nil. x and t may have
	// any strides.
	DistanceGrad func(dst, x, t, g *Array, k Distance, divide float64)
}

// Reduction says what becomes of the losses of the elements of a batch.
type Reduction uint8

// The reductions.
const (
	ReductionMean Reduction = iota
	ReductionSum
	ReductionNone
)

var reductionNames = [...]string{"mean", "sum", "none"}

// String is PyTorch's name: mean, sum or none.
func (r Reduction) String() string {
	if int(r) < len(reductionNames) {
		return reductionNames[r]
	}
	return fmt.Sprintf("Reduction(%d)", uint8(r))
}

// MarshalText writes the name.
func (r Reduction) MarshalText() ([]byte, error) {
	if int(r) >= len(reductionNames) {
		return nil, fmt.Errorf("reduction %d does not exist; use mean (0), sum (1) or none (2)", uint8(r))
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads the name.
func (r *Reduction) UnmarshalText(b []byte) error {
	for i, name := range reductionNames {
		if name == string(b) {
			*r = Reduction(i)
			return nil
		}
	}
	return fmt.Errorf("reduction %q does not exist; use mean, sum or none", b)
}

var cpuLosses = Losses{
	FindLabel: cpuFindLabel, CrossEntropy: cpuCrossEntropy, CrossEntropyBack: cpuCrossEntropyBack,
	CrossEntropySpread: cpuCrossEntropySpread,
	BCEWithLogits:      cpuBCEWithLogits, BCEWithLogitsGrad: cpuBCEWithLogitsGrad, BCE: cpuBCE,
	BCETotal: cpuBCETotal, BCEGrad: cpuBCEGrad,
	Distance: cpuDistance, DistanceTotal: cpuDistanceTotal, DistanceGrad: cpuDistanceGrad,
}

// lossTotal is the sum over n elements, which sum adds up from one to another with the help of scratch memory. Where it
// is shared out, every thread takes stretches of a length that does not depend on their number.
func lossTotal(n int, sum func(from, to int, b *scratch) float64) float64 {
	one := func(from, to int) float64 {
		b := scratches.Get().(*scratch)
		defer scratches.Put(b)
		return sum(from, to, b)
	}
	if n <= stretch {
		return one(0, n)
	}
	sums := make([]float64, (n+stretch-1)/stretch)
	pool.For(len(sums), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sums[i] = one(i*stretch, min((i+1)*stretch, n))
		}
	})
	return kernel.Reduce(kernel.Sum, sums)
}
