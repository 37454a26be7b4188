package nd

// Normalisations is the part of a device's table for layers that bring values to
// mean 0 and variance 1. Operands are contiguous and of one float type, except mean
// and rstd (1/sqrt(variance+eps)), which are float64 so that a small variance
// around a large mean stays exact. Channels are dimension 1 of x, [batch, channels,
// ...]. weight and bias have one number a channel and may be nil, for 1 and 0.
type Normalisations struct {
	// BatchNorm normalises every channel over the batch and all other dimensions. In
	// training the batch's own statistics are used and mixed into the running ones
	// (if not nil); else the running ones are used. mean and rstd are written in
	// both cases, one a channel.
	BatchNorm func(dst, mean, rstd, x, weight, bias, runningMean, runningVar *Array, a BatchNormArgs)
	// BatchNormBack writes the gradients of x, weight and bias that are not nil. With
	// training mean and rstd depend on x.
	BatchNormBack func(dx, dw, db, g, x, weight, mean, rstd *Array, training bool)
	// GroupNorm normalises every element of the batch by itself, over equal groups of
	// neighbouring channels. mean and rstd have one number a group of an element.
	GroupNorm func(dst, mean, rstd, x, weight, bias *Array, groups int, eps float64)
	// GroupNormBack writes the gradients of x, weight and bias that are not nil.
	GroupNormBack func(dx, dw, db, g, x, weight, mean, rstd *Array, groups int)
}

// BatchNormArgs are the numbers of a batch normalisation.
type BatchNormArgs struct {
	Training bool
	Momentum float64 // the weight of the batch in the running statistics
	Eps      float64 // added to the variance
	// Activation is applied to the result, with the bits of the two one after the other.
	Activation Activation
}

var cpuNormalisations = Normalisations{
	BatchNorm: cpuBatchNorm, BatchNormBack: cpuBatchNormBack, GroupNorm: cpuGroupNorm, GroupNormBack: cpuGroupNormBack,
}

// normGrain is the number of elements below which work is not split over threads.
const normGrain = 16 << 10

// channels are the lengths of [batch, channels, the rest as one].
func channels(x *Array) (batch, c, rest int) {
	l := linesOf(x, 1)
	return l.outer, l.n, l.inner
}

// optional is Slice for an array that may be nil.
func optional[T Element](a *Array) []T {
	if a == nil {
		return nil
	}
	return Slice[T](a)
}

// at is s[i], or otherwise where there is no s.
func at[T float32 | float64](s []T, i int, otherwise float64) float64 {
	if s == nil {
		return otherwise
	}
	return float64(s[i])
}
