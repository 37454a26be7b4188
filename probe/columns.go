package probe

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// Columns are the least and the greatest value at each place of an example, over a batch.
type Columns struct {
	Examples  int
	Shape     []int     // of an example
	Low, High []float32 // row by row
}

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
	tensor.Read(x, func(values []float32) {
		c.Low, c.High = slices.Clone(values[:n]), slices.Clone(values[:n])
		for row := values[n:]; len(row) > 0; row = row[n:] {
			kernel.Binary(kernel.Minimum, c.Low, c.Low, row[:n])
			kernel.Binary(kernel.Maximum, c.High, c.High, row[:n])
		}
	})
	return c
}
