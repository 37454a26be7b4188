package datatest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// TestDataset checks that ds keeps the promises of data.Dataset, and of data.Collector if it is one, on at most 32
// items spread over it: that Len is constant and not 0, that an item depends on its index and random stream alone and
// is the same from several goroutines, that all have one shape and element type, that an index out of range is refused,
// that Collect agrees with the items and hands out nothing that it keeps, that a data.Loader delivers every item once.
// It returns everything that is wrong, joined, or nil.
//
// Errors that ds itself gives are reported as they are. A dataset whose items differ in shape on purpose fails here as
// it would in a loader. Run it under the race detector too.
func TestDataset(ds data.Dataset) error {
	n := ds.Len()
	if n <= 0 {
		return fmt.Errorf("datatest: Len is %d: a dataset to test needs items", n)
	}
	idx := sample(n)
	c := &check{ds: ds, idx: idx}
	c.items()
	if len(c.problems) > 0 {
		return errors.Join(c.problems...) // what follows builds on the items
	}
	c.concurrent()
	c.outOfRange()
	if collector, ok := ds.(data.Collector); ok {
		c.collect(collector)
	}
	if m := ds.Len(); m != n {
		c.problem("Len was %d and is %d now", n, m)
	}
	if len(c.problems) == 0 { // a loader stumbles over everything above
		c.loader()
	}
	return errors.Join(c.problems...)
}

// sample is up to 32 indices below n, evenly spread, both ends among them.
func sample(n int) []int {
	count := min(n, 32)
	idx := make([]int, count)
	for k := range idx {
		idx[k] = k * (n - 1) / max(count-1, 1)
	}
	return idx
}

type check struct {
	ds       data.Dataset
	idx      []int
	want     []item // of idx, in epoch 0
	problems []error
}

type item struct{ x, y value }

func (c *check) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("datatest: "+format, args...))
}

const seed = 1

func stream(i int) *rand.Rand { return data.Stream(seed, 0, i) }

// get is item i as values.
func (c *check) get(i int) (item, error) {
	x, y, err := c.ds.Item(i, stream(i))
	if err != nil {
		return item{}, fmt.Errorf("datatest: Item(%d): %w", i, err)
	}
	if x == nil {
		return item{}, fmt.Errorf("datatest: Item(%d) gave no x and no error", i)
	}
	return item{valueOf(x), valueOf(y)}, nil
}

// items takes every item twice, the second time backwards.
func (c *check) items() {
	for _, i := range c.idx {
		it, err := c.get(i)
		if err != nil {
			c.problems = append(c.problems, err)
			return
		}
		c.want = append(c.want, it)
		first := c.want[0]
		if !it.x.alike(first.x) || !it.y.alike(first.y) {
			c.problem("item %d is %v, %v and item %d is %v, %v: items must be alike to be batched", i, it.x, it.y, c.idx[0], first.x, first.y)
		}
	}
	for k, i := range slices.Backward(c.idx) {
		it, err := c.get(i)
		if err != nil {
			c.problems = append(c.problems, err)
			return
		}
		if !it.equal(c.want[k]) {
			c.problem("Item(%d) differs between two calls with the same random stream: all randomness must come from rng", i)
		}
	}
}

// concurrent takes the items in four goroutines.
func (c *check) concurrent() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 4 {
		wg.Go(func() {
			for k, i := range c.idx {
				it, err := c.get(i)
				mu.Lock()
				switch {
				case err != nil:
					c.problems = append(c.problems, err)
				case !it.equal(c.want[k]):
					c.problem("Item(%d) differs when several goroutines ask for items", i)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// outOfRange asks for items that are not there: an error or a panic is right, a value is not.
func (c *check) outOfRange() {
	for _, i := range []int{-1, c.ds.Len()} {
		func() {
			defer func() { _ = recover() }() // which panic is the dataset's choice
			if _, _, err := c.ds.Item(i, stream(0)); err == nil {
				c.problem("Item(%d) of %d items gave neither an error nor a panic", i, c.ds.Len())
			}
		}()
	}
}

// collect compares Collect with the items: alone, again in the memory of a batch whose life has ended, and after that
// the items themselves once more.
func (c *check) collect(ds data.Collector) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *tensor.StaleError:
			c.problem("after the end of a batch: %w: Collect must hand out new tensors, no views of what the dataset keeps", v)
		default:
			panic(v)
		}
	}()
	b := &data.Batch{}
	for round := range 3 {
		idx, want := c.idx, c.want
		if round == 1 { // another order and size, with an item twice
			idx, want = slices.Clone(idx), slices.Clone(want)
			slices.Reverse(idx)
			slices.Reverse(want)
			idx, want = append(idx, idx[0]), append(want, want[0])
		}
		b.Indices = idx
		if err := ds.Collect(idx, func(k int) *rand.Rand { return stream(idx[k]) }, b); err != nil {
			c.problem("Collect(%v): %w", idx, err)
			return
		}
		c.compare("Collect", b, want)
		tensor.Expire(b.X, b.Y)
	}
	for k, i := range c.idx {
		if it, err := c.get(i); err != nil {
			c.problems = append(c.problems, err)
		} else if !it.equal(c.want[k]) {
			c.problem("Item(%d) has changed after Collect", i)
		}
	}
}

// compare says where a batch differs from its items.
func (c *check) compare(what string, b *data.Batch, want []item) {
	for _, part := range []struct {
		name string
		t    *tensor.Tensor
		of   func(item) value
	}{{"X", b.X, func(it item) value { return it.x }}, {"Y", b.Y, func(it item) value { return it.y }}} {
		expected := value{}
		for _, it := range want {
			expected = expected.append(part.of(it), len(want))
		}
		got := valueOf(part.t)
		switch {
		case !got.alike(expected):
			c.problem("%s: %s is %v, stacking the items gives %v", what, part.name, got, expected)
		case !got.equal(expected):
			c.problem("%s: the values of %s are not those of the items %v", what, part.name, b.Indices)
		}
	}
}

// loader runs one epoch over the sample in two workers.
func (c *check) loader() {
	l := data.NewLoader(data.Subset(c.ds, c.idx), data.LoaderOptions{BatchSize: 5, Shuffle: true, Seed: seed, Workers: 2})
	var seen []int
	for b, err := range l.Batches(context.Background()) {
		if err != nil {
			c.problem("a loader over items %v: %w", c.idx, err)
			return
		}
		seen = append(seen, b.Indices...)
		if got := valueOf(b.X); len(got.shape) == 0 || got.shape[0] != b.Len() {
			c.problem("a loader's batch of %d items has an X that is %v", b.Len(), got)
		}
	}
	slices.Sort(seen)
	for k, i := range seen {
		if i != k {
			c.problem("a loader over %d items delivered %v", len(c.idx), seen)
			return
		}
	}
}

func (it item) equal(o item) bool { return it.x.equal(o.x) && it.y.equal(o.y) }
