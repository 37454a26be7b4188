package probe

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

// Columns are the least and the greatest value at each place of an example, over a batch. They are made of the first 10,000
// examples that are sampled, and then when histograms are.
type Columns struct {
	Examples  int
	Shape     []int     // of an example
	Low, High []float32 // row by row
}

// enoughColumns is how many examples are looked at in every sample.
const enoughColumns = 10_000

// mostColumns is how many places are looked at: larger inputs have no Columns.
const mostColumns = 1 << 16

// columnsOf looks at a batch [N, ...]. It is nil for what is no float32 batch of examples.
func columnsOf(x *tensor.Tensor) *Columns {
	if x == nil || x.DType() != tensor.Float32 || x.Dim() < 2 || x.Size(0) == 0 {
		return nil
	}
	shape := x.Shape()
	c := &Columns{Examples: shape[0], Shape: shape[1:]}
	n := x.Numel() / shape[0]
	if n == 0 || n > mostColumns {
		return nil
	}
	tensor.Read(x, func(values []float32) { c.Low, c.High = extremes(values, n) })
	return c
}

// extremes are the least and the greatest value in each column of x, rows of n elements, of which there is one at least.
func extremes[T kernel.Float](x []T, n int) (low, high []T) {
	// Halves of the batch, and no more: that is who has them in its cache.
	const halves = 2
	var lows, highs [halves][]T
	rows := len(x) / n
	pool.For(halves, 1, func(from, to int) {
		for i := from; i < to; i++ {
			half := x[rows*i/halves*n : rows*(i+1)/halves*n]
			if len(half) == 0 {
				continue
			}
			lows[i], highs[i] = slices.Clone(half[:n]), slices.Clone(half[:n])
			for row := half[n:]; len(row) > 0; row = row[n:] {
				kernel.Binary(kernel.Minimum, lows[i], lows[i], row[:n])
				kernel.Binary(kernel.Maximum, highs[i], highs[i], row[:n])
			}
		}
	})
	if low, high = lows[1], highs[1]; lows[0] != nil {
		kernel.Binary(kernel.Minimum, low, low, lows[0])
		kernel.Binary(kernel.Maximum, high, high, highs[0])
	}
	return low, high
}
