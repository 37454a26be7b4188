package transforms

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// PerItem returns t for data.Map: it transforms the images x [C, H, W] of a set's items one by one and leaves their
// targets. Images that cannot be transformed are an error. [Dataset] is faster where the set makes whole batches.
func PerItem(t Transform) data.Transform {
	if t == nil {
		panic(misuse("PerItem", "the transform is nil"))
	}
	return func(x, y *tensor.Tensor, rng *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
		x, err := one(t, x, rng)
		return x, y, err
	}
}

func one(t Transform, x *tensor.Tensor, rng *rand.Rand) (*tensor.Tensor, error) {
	if x != nil && x.Dim() != 3 {
		return nil, fmt.Errorf("an item of shape %v is no image [channels, rows, columns]", x.Shape())
	}
	if rng == nil {
		return transform(t, x, nil)
	}
	return transform(t, x, func(int) *rand.Rand { return rng })
}

// Dataset returns set with t applied to the images x [C, H, W] of its items. Each item draws from its own stream, so a
// data.Loader makes the same batches with any number of workers, which do the work.
//
// Of a data.Collector it is one too: images are transformed where they lie in the batch, or, if t changes their size or
// type, into a second batch whose memory is used again. Images that cannot be transformed, or that come out in different
// sizes, are an error. It panics with a *tensor.ShapeError if set or t is nil.
func Dataset(set data.Dataset, t Transform) data.Dataset {
	if set == nil {
		panic(misuse("Dataset", "the dataset is nil"))
	}
	each := PerItem(t)
	if collector, ok := set.(data.Collector); ok {
		return &transformed{Collector: collector, t: t}
	}
	return data.Map(set, each)
}

type transformed struct {
	data.Collector
	t     Transform
	crews sync.Pool // of *crew
}

// crew is what the making of one batch needs.
type crew struct {
	work
	other   *tensor.Tensor // a batch before it was transformed, for its memory
	streams []*rand.Rand
}

// Item returns a transformed image and its target.
func (d *transformed) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	if x, y, err = d.Collector.Item(i, rng); err != nil {
		return nil, nil, err
	}
	x, err = one(d.t, x, rng)
	return x, y, err
}

// Collect is Item for a whole batch.
func (d *transformed) Collect(idx []int, rngs func(k int) *rand.Rand, b *data.Batch) error {
	c, _ := d.crews.Get().(*crew)
	if c == nil {
		c = &crew{}
	}
	defer d.crews.Put(c)
	rngs = c.share(rngs, len(idx))
	if err := d.Collector.Collect(idx, rngs, b); err != nil {
		return err
	}
	if b.X == nil || b.X.Dim() != 4 {
		return fmt.Errorf("transforms.Dataset wants batches of images [N, C, H, W]")
	}
	in, n, err := formatOf(d.t, b.X)
	if err != nil {
		return err
	}
	if err := checkStreams(d.t, rngs); err != nil {
		return err
	}
	out, err := d.t.plan(in)
	switch {
	case err != nil:
		return err
	case out.varies():
		return uneven(d.t, in)
	case out == in:
		edit(b.X, func(m memory) { err = c.each(d.t, n, in, m, out, m, true, rngs) })
		return err
	}
	before := b.X
	edit(before, func(src memory) {
		b.X = refill(c.other, out, append([]int{n}, out.shape()...), func(dst memory) {
			err = c.each(d.t, n, in, src, out, dst, false, rngs)
		})
	})
	c.other = before
	return err
}

// share makes rngs go on with the same stream when one is asked for again, so that the set below and the transform draw
// one after the other from it, as they do for a single item.
func (c *crew) share(rngs func(k int) *rand.Rand, n int) func(k int) *rand.Rand {
	if rngs == nil {
		return nil
	}
	c.streams = slices.Grow(c.streams[:0], n)[:n]
	clear(c.streams)
	return func(k int) *rand.Rand {
		if c.streams[k] == nil {
			c.streams[k] = rngs(k)
		}
		return c.streams[k]
	}
}
