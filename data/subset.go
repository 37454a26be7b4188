package data

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// Subset returns the dataset of ds's items idx in that order; an item may stand there more than once. The result is a
// [Collector] if ds is one. It panics with a *tensor.IndexError if ds has no such item.
func Subset(ds Dataset, idx []int) Dataset {
	wantDataset("Subset", ds)
	n := ds.Len()
	for _, i := range idx {
		checkIndex("Subset", i, n)
	}
	s := subset{ds, slices.Clone(idx)}
	if c, ok := ds.(Collector); ok {
		return &collectorSubset{s, c}
	}
	return &s
}

type subset struct {
	whole Dataset
	idx   []int
}

func (s *subset) Len() int { return len(s.idx) }

func (s *subset) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	checkIndex("Item", i, len(s.idx))
	x, y, err = s.whole.Item(s.idx[i], rng)
	if err != nil {
		return nil, nil, fmt.Errorf("item %d of the whole set: %w", s.idx[i], err)
	}
	return x, y, nil
}

type collectorSubset struct {
	subset
	collector Collector
}

func (s *collectorSubset) Collect(idx []int, rngs func(k int) *rand.Rand, b *Batch) error {
	whole := make([]int, len(idx))
	for k, i := range idx {
		checkIndex("Collect", i, len(s.idx))
		whole[k] = s.idx[i]
	}
	return s.collector.Collect(whole, rngs, b)
}
