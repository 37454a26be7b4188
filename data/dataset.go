package data

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Dataset is a fixed number of items that can be had in any order.
//
// Item returns item i, 0 <= i < Len(), as input x and target y; y is nil in a set without targets. All randomness (an
// augmentation) comes from rng, so that the same stream gives the same item; rng may be nil for a dataset that draws
// nothing, and is not to be kept. Neither the caller nor the dataset changes a tensor that was handed over. With a
// loader that has workers, Item is called from several goroutines at once.
type Dataset interface {
	Len() int
	Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error)
}

// Collector is a Dataset that makes a whole batch faster than item by item. A Loader uses it where it is there.
//
// Collect sets b.X and b.Y to what stacking the items idx would give; rngs(k) is the stream of item idx[k]. On entry
// they are nil or tensors of a finished batch, whose memory may be had again with tensor.Refill. What Collect leaves
// in b belongs to the loader, which expires it: it must be new, never a view of something that the dataset keeps. An
// error names the item it is about. With a loader that has workers, Collect is called from several goroutines at once.
type Collector interface {
	Dataset
	Collect(idx []int, rngs func(k int) *rand.Rand, b *Batch) error
}
