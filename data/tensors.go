package data

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Tensors is a dataset in memory, after PyTorch's TensorDataset.
type Tensors struct {
	n    int
	x, y rows // y is nil in a set without targets
}

// NewTensors returns the dataset whose item i is (x[i], y[i]) along the first dimension, without history. y may be nil.
// The values are copied: later changes to x and y are not seen. It panics with a *tensor.ShapeError if x is nil, x or y
// is a scalar, or their lengths differ.
func NewTensors(x, y *tensor.Tensor) *Tensors {
	if x == nil {
		misuse("NewTensors", "x is nil")
	}
	if x.Dim() == 0 || y != nil && (y.Dim() == 0 || y.Size(0) != x.Size(0)) {
		shapes := [][]int{x.Shape()}
		if y != nil {
			shapes = append(shapes, y.Shape())
		}
		panic(&tensor.ShapeError{Op: "NewTensors", Shapes: shapes, Where: tensor.Caller(),
			Want: "the first dimensions count the items and must be equal"})
	}
	t := &Tensors{n: x.Size(0), x: newRows(x)}
	if y != nil {
		t.y = newRows(y)
	}
	return t
}

// Len returns the number of items.
func (t *Tensors) Len() int { return t.n }

// Item returns copies of row i.
func (t *Tensors) Item(i int, _ *rand.Rand) (x, y *tensor.Tensor, err error) {
	checkIndex("Item", i, t.n)
	x = t.x.item(i)
	if t.y != nil {
		y = t.y.item(i)
	}
	return x, y, nil
}

// Collect copies the rows idx into b.
func (t *Tensors) Collect(idx []int, _ func(k int) *rand.Rand, b *Batch) error {
	for _, i := range idx {
		checkIndex("Collect", i, t.n)
	}
	b.X = t.x.gather(b.X, idx)
	if t.y == nil {
		b.Y = nil
		return nil
	}
	b.Y = t.y.gather(b.Y, idx)
	return nil
}
