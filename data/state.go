package data

import "fmt"

// LoaderState is a loader's position, with what it must agree on to be continued. It is written to a checkpoint.
type LoaderState struct {
	Epoch     int    `json:"epoch"`      // finished epochs
	Batch     int    `json:"batch"`      // batches delivered of the epoch that runs
	Items     int    `json:"items"`      // of the dataset
	BatchSize int    `json:"batch_size"` // as in LoaderOptions, like the rest
	Shuffle   bool   `json:"shuffle"`
	Seed      uint64 `json:"seed"`
	DropLast  bool   `json:"drop_last"`
}

// State returns the position. Inside the loop the batch at hand counts as delivered; when a loop has run to its end the
// position is the start of the next epoch; after a break or an error it stays after the last batch delivered.
func (l *Loader) State() LoaderState {
	return LoaderState{Epoch: l.at.epoch, Batch: l.at.batch, Items: l.ds.Len(),
		BatchSize: l.o.BatchSize, Shuffle: l.o.Shuffle, Seed: l.o.Seed, DropLast: l.o.DropLast}
}

// Resume lets the next range over Batches deliver what was still to come at the saved position: exactly the rest of
// that epoch, which is nothing if its last batch was the one delivered. It refuses a state of a loader that makes other
// batches (another dataset length, batch size, seed, order) and then changes nothing. The numbers of workers and of
// prefetched batches may differ.
func (l *Loader) Resume(s LoaderState) error {
	want := l.State()
	want.Epoch, want.Batch = s.Epoch, s.Batch
	switch {
	case s != want:
		return fmt.Errorf("data: Resume from the state of another loader: it has %s, this one %s; make the loader with the same options and data",
			s.describe(), want.describe())
	case s.Epoch < 0 || s.Batch < 0 || s.Batch > l.Len():
		return fmt.Errorf("data: Resume at epoch %d, batch %d: an epoch has %d batches; the saved state is damaged", s.Epoch, s.Batch, l.Len())
	}
	l.at = position{s.Epoch, s.Batch}
	l.next = l.at
	return nil
}

func (s LoaderState) describe() string {
	return fmt.Sprintf("%d items in batches of %d, shuffle %t, seed %d, drop last %t", s.Items, s.BatchSize, s.Shuffle, s.Seed, s.DropLast)
}
