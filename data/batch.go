package data

import "github.com/lumen-ml/lumen/tensor"

// Batch is several items in one pair of tensors. It is valid until the loop that got it asks for the next one; a later
// use of its tensors panics with a *tensor.StaleError.
type Batch struct {
	X       *tensor.Tensor // inputs, [N, shape of an item's x...]
	Y       *tensor.Tensor // targets, [N, shape of an item's y...]; nil in a set without targets
	Indices []int          // the N items' indices in the loader's dataset; not to be changed
}

// Len returns the number of items.
func (b *Batch) Len() int { return len(b.Indices) }

// Clone returns a copy that lives as long as it is wanted.
func (b *Batch) Clone() *Batch {
	c := &Batch{Indices: append([]int(nil), b.Indices...)}
	if b.X != nil {
		c.X = b.X.Clone()
	}
	if b.Y != nil {
		c.Y = b.Y.Clone()
	}
	return c
}
