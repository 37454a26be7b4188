package data

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// errStopped ends a batch that nobody waits for any more.
var errStopped = errors.New("data: the loop over the batches has ended")

// collect makes the batch of items b.Indices of ds: at once if ds can, else item by item until stopped says true.
func collect(ds Dataset, rngs func(k int) *rand.Rand, b *Batch, stopped func() bool) error {
	if stopped() {
		return errStopped
	}
	if c, ok := ds.(Collector); ok {
		if err := c.Collect(b.Indices, rngs, b); err != nil {
			return fmt.Errorf("data: the batch of items %s: %w", list(b.Indices), err)
		}
		return nil
	}
	xs := make([]*tensor.Tensor, len(b.Indices))
	ys := make([]*tensor.Tensor, len(b.Indices))
	for k, i := range b.Indices {
		if stopped() {
			return errStopped
		}
		var err error
		if xs[k], ys[k], err = ds.Item(i, rngs(k)); err != nil {
			return fmt.Errorf("data: item %d: %w", i, err)
		}
		if xs[k] == nil {
			return fmt.Errorf("data: item %d has no x: Item must return a tensor or an error", i)
		}
	}
	var err error
	if b.X, err = collate("x", b.X, xs, b.Indices); err != nil {
		return err
	}
	b.Y, err = collate("y", b.Y, ys, b.Indices)
	return err
}

// collate stacks the items' x or y, in old's memory if possible. It gives nil for items without any.
func collate(what string, old *tensor.Tensor, items []*tensor.Tensor, idx []int) (*tensor.Tensor, error) {
	first := items[0]
	for k, t := range items {
		switch {
		case (t == nil) != (first == nil):
			return nil, fmt.Errorf("data: of items %d and %d one has a %s and the other has none", idx[0], idx[k], what)
		case t == nil:
		case !slices.Equal(t.Shape(), first.Shape()):
			return nil, fmt.Errorf("data: %s of item %d has shape %v, of item %d %v: the items of a batch must have one shape; "+
				"crop or pad them in a data.Map", what, idx[k], t.Shape(), idx[0], first.Shape())
		case t.DType() != first.DType():
			return nil, fmt.Errorf("data: %s of item %d has elements of type %v, of item %d %v: the items of a batch must have one type; "+
				"convert with To in a data.Map", what, idx[k], t.DType(), idx[0], first.DType())
		}
	}
	if first == nil {
		return nil, nil
	}
	switch first.DType() {
	case tensor.Float32:
		return stack[float32](old, items), nil
	case tensor.Float64:
		return stack[float64](old, items), nil
	case tensor.Int64:
		return stack[int64](old, items), nil
	case tensor.Int32:
		return stack[int32](old, items), nil
	case tensor.Uint8:
		return stack[uint8](old, items), nil
	default:
		return stack[bool](old, items), nil
	}
}

func stack[T tensor.Element](old *tensor.Tensor, items []*tensor.Tensor) *tensor.Tensor {
	n := items[0].Numel()
	return tensor.Refill(old, func(data []T) {
		for k, t := range items {
			copy(data[k*n:], tensor.Data[T](t))
		}
	}, append([]int{len(items)}, items[0].Shape()...)...)
}

// list is the first few of the indices.
func list(idx []int) string {
	if len(idx) > 8 {
		return fmt.Sprintf("%v and %d more", idx[:8], len(idx)-8)
	}
	return fmt.Sprint(idx)
}
