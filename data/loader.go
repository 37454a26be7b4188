package data

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// LoaderOptions say how a Loader makes batches.
type LoaderOptions struct {
	BatchSize int    `json:"batch_size"` // items in a batch, at least 1
	Shuffle   bool   `json:"shuffle"`    // another random order each epoch
	Seed      uint64 `json:"seed"`       // of the order and of the items' random streams
	DropLast  bool   `json:"drop_last"`  // leave out a last batch that is smaller than BatchSize

	// Workers is the number of goroutines that make batches ahead. With 0 each is made when it is asked for, in the
	// caller's goroutine, where a panic in a dataset has its whole stack. The batches are the same for every number.
	Workers int `json:"workers"`
	// Prefetch is how many batches the workers together may be ahead; 0 means two for each worker.
	Prefetch int `json:"prefetch"`
}

// Loader makes batches of a dataset, epoch after epoch. It belongs to one goroutine.
type Loader struct {
	ds   Dataset
	o    LoaderOptions
	at   position // what State tells
	next position // where the next range begins
	free []*Batch // finished batches, for their memory
}

// position is a place between two batches.
type position struct {
	epoch int // finished epochs
	batch int // batches delivered of the running one
}

// NewLoader returns a loader at the start of epoch 0. It panics with a *tensor.ShapeError if ds is nil, BatchSize is less
// than 1, or Workers or Prefetch are negative.
func NewLoader(ds Dataset, o LoaderOptions) *Loader {
	wantDataset("NewLoader", ds)
	switch {
	case o.BatchSize < 1:
		misuse("NewLoader", "BatchSize must be at least 1, it is %d", o.BatchSize)
	case o.Workers < 0 || o.Prefetch < 0:
		misuse("NewLoader", "Workers and Prefetch must not be negative, they are %d and %d", o.Workers, o.Prefetch)
	}
	if o.Prefetch == 0 {
		o.Prefetch = 2 * o.Workers
	}
	return &Loader{ds: ds, o: o}
}

// Len returns the number of batches in an epoch.
func (l *Loader) Len() int {
	n := l.ds.Len()
	full := n / l.o.BatchSize
	if n%l.o.BatchSize > 0 && !l.o.DropLast {
		full++
	}
	return full
}

// Dataset returns what the loader makes batches of.
func (l *Loader) Dataset() Dataset { return l.ds }

// Options returns the options, with Prefetch filled in.
func (l *Loader) Options() LoaderOptions { return l.o }

// Batches returns the batches of one epoch, to be ranged over: each range is the next epoch, from its start or, after
// Resume, from where the saved one was. An error is delivered as the last pair, with a nil batch: that of an item, of
// ctx, or that there is nothing to deliver (an empty dataset, or fewer items than a batch and DropLast).
//
// When the loop ends, in whatever way, the workers have ended too: that waits for what they are doing at the moment,
// at most one item or one Collect each.
func (l *Loader) Batches(ctx context.Context) iter.Seq2[*Batch, error] {
	if ctx == nil {
		misuse("Batches", "the context is nil; context.Background() never cancels")
	}
	return func(yield func(*Batch, error) bool) {
		run := &epoch{loader: l, ctx: ctx, number: l.next.epoch, batches: l.Len()}
		l.at = l.next
		l.next = position{epoch: run.number + 1}
		if err := l.nothing(); err != nil {
			yield(nil, err)
			return
		}
		run.order = l.order(run.number)
		batch := run.inCaller
		if l.o.Workers > 0 {
			ahead := newAhead(run, l.at.batch)
			defer ahead.stop()
			batch = ahead.batch
		}
		for k := l.at.batch; k < run.batches; k++ {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			b, err := batch(k)
			if err != nil {
				yield(nil, err)
				return
			}
			l.at.batch = k + 1
			made := &Batch{X: b.X, Y: b.Y} // the loop may put tensors of its own into b
			if !yield(b, nil) {
				return // whoever broke off keeps the batch
			}
			l.retire(made)
		}
		l.at = l.next
	}
}

// nothing is the reason why an epoch has no batches, if it has none.
func (l *Loader) nothing() error {
	n := l.ds.Len()
	switch {
	case n == 0:
		return errors.New("data: the dataset is empty: there are no batches to make")
	case l.Len() == 0:
		return fmt.Errorf("data: the dataset has %d items, less than one batch of %d, and DropLast leaves incomplete batches out", n, l.o.BatchSize)
	}
	return nil
}

// order is the sequence of items in an epoch.
func (l *Loader) order(epoch int) []int {
	if l.o.Shuffle {
		return Stream(l.o.Seed, epoch, shuffleStream).Perm(l.ds.Len())
	}
	order := make([]int, l.ds.Len())
	for i := range order {
		order[i] = i
	}
	return order
}

// retire takes a delivered batch back: its tensors are no longer to be used.
func (l *Loader) retire(b *Batch) {
	tensor.Expire(b.X, b.Y)
	l.free = append(l.free, b)
}

// epoch is one range over the batches.
type epoch struct {
	loader  *Loader
	ctx     context.Context
	number  int
	batches int
	order   []int
}

// blank is batch k before it is filled, with the memory of a finished one.
func (e *epoch) blank(k int) *Batch {
	l := e.loader
	b := &Batch{}
	if last := len(l.free) - 1; last >= 0 {
		b, l.free = l.free[last], l.free[:last]
	}
	from := k * l.o.BatchSize
	to := min(from+l.o.BatchSize, len(e.order))
	b.Indices = e.order[from:to:to]
	return b
}

// fill makes the batch's tensors, unless stopped says that nobody wants them. It may run in any goroutine.
func (e *epoch) fill(b *Batch, stopped func() bool) error {
	stream := func(k int) *rand.Rand { return Stream(e.loader.o.Seed, e.number, b.Indices[k]) }
	return collect(e.loader.ds, stream, b, stopped)
}

func (e *epoch) cancelled() bool { return e.ctx.Err() != nil }

// reason is what to tell of an error from fill: only a cancelled context stops a batch that is waited for.
func (e *epoch) reason(err error) error {
	if errors.Is(err, errStopped) {
		return e.ctx.Err()
	}
	return err
}

// inCaller makes batch k now.
func (e *epoch) inCaller(k int) (*Batch, error) {
	b := e.blank(k)
	if err := e.fill(b, e.cancelled); err != nil {
		return nil, e.reason(err)
	}
	return b, nil
}
