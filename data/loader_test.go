package data_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// numbers has items x = [i, random], y = i, one by one.
type numbers struct {
	n    int
	item func(i int) error // called before item i
}

func (d numbers) Len() int { return d.n }

func (d numbers) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	if d.item != nil {
		if err := d.item(i); err != nil {
			return nil, nil, err
		}
	}
	return tensor.FromSlice([]float32{float32(i), rng.Float32()}), tensor.FromSlice([]int64{int64(i)}, []int{}...), nil
}

// inMemory is the same without randomness, with Collect.
func inMemory(n int) *data.Tensors {
	x, y := make([]float32, 2*n), make([]int64, n)
	for i := range n {
		x[2*i], x[2*i+1], y[i] = float32(i), float32(-i), int64(i)
	}
	return data.NewTensors(tensor.FromSlice(x, n, 2), tensor.FromSlice(y))
}

// text is a batch as comparable text.
func text(b *data.Batch) string {
	return fmt.Sprint(b.Indices, b.X.Shape(), tensor.Data[float32](b.X), b.Y.Shape(), tensor.Data[int64](b.Y))
}

// epoch is one range over the loader as text.
func epoch(t *testing.T, l *data.Loader) []string {
	t.Helper()
	var out []string
	for b, err := range l.Batches(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text(b))
	}
	return out
}

// settled waits until no more goroutines run than before: one that has ended is still counted for a moment.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 2000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

var workerCounts = []int{0, 1, 2, 5}

func TestSameBatchesForAnyNumberOfWorkers(t *testing.T) {
	for _, ds := range []data.Dataset{numbers{n: 23}, inMemory(23)} {
		var want [2][]string
		for _, workers := range workerCounts {
			for _, prefetch := range []int{0, 1, 100} {
				l := data.NewLoader(ds, data.LoaderOptions{BatchSize: 4, Shuffle: true, Seed: 7, Workers: workers, Prefetch: prefetch})
				for e := range want {
					got := epoch(t, l)
					if want[e] == nil {
						want[e] = got
					}
					if !slices.Equal(got, want[e]) {
						t.Errorf("%T, %d workers, prefetch %d, epoch %d:\n%v\nwant\n%v", ds, workers, prefetch, e, got, want[e])
					}
				}
			}
		}
		if slices.Equal(want[0], want[1]) {
			t.Errorf("%T: both epochs have one order", ds)
		}
	}
}

func TestBatchesHoldEveryItemOnce(t *testing.T) {
	for _, c := range []struct {
		n, size int
		drop    bool
		lens    []int
	}{
		{10, 4, false, []int{4, 4, 2}},
		{10, 4, true, []int{4, 4}},
		{8, 4, false, []int{4, 4}},
		{3, 1 << 62, false, []int{3}},
		{1, 1, true, []int{1}},
	} {
		for _, shuffle := range []bool{false, true} {
			l := data.NewLoader(inMemory(c.n), data.LoaderOptions{BatchSize: c.size, Shuffle: shuffle, DropLast: c.drop})
			if l.Len() != len(c.lens) {
				t.Errorf("%+v: Len %d", c, l.Len())
			}
			var lens, seen []int
			for b, err := range l.Batches(context.Background()) {
				if err != nil {
					t.Fatal(err)
				}
				lens = append(lens, b.Len())
				for k, y := range tensor.Data[int64](b.Y) {
					if int(y) != b.Indices[k] {
						t.Errorf("%+v: item %d stands where %d is announced", c, y, b.Indices[k])
					}
					seen = append(seen, int(y))
				}
			}
			if !slices.Equal(lens, c.lens) {
				t.Errorf("%+v: batches of %v", c, lens)
			}
			if sorted := slices.IsSorted(seen); !shuffle && !sorted {
				t.Errorf("%+v: order %v", c, seen)
			}
			slices.Sort(seen)
			if len(slices.Compact(seen)) != len(seen) || !c.drop && len(seen) != c.n {
				t.Errorf("%+v: items %v", c, seen)
			}
		}
	}
}

func TestItemsDrawAnewEachEpoch(t *testing.T) {
	draw := func(seed uint64) (out [2][]float32) {
		l := data.NewLoader(numbers{n: 5}, data.LoaderOptions{BatchSize: 5, Seed: seed})
		for e := range out {
			for b, err := range l.Batches(context.Background()) {
				if err != nil {
					t.Fatal(err)
				}
				out[e] = tensor.Data[float32](b.X)
			}
		}
		return out
	}
	a, again, other := draw(1), draw(1), draw(2)
	if !slices.Equal(a[0], again[0]) || !slices.Equal(a[1], again[1]) {
		t.Error("the same seed draws other numbers")
	}
	seen := map[float32]bool{}
	for _, epoch := range [][]float32{a[0], a[1], other[0], other[1]} {
		for k := 1; k < len(epoch); k += 2 {
			seen[epoch[k]] = true
		}
	}
	if len(seen) != 20 {
		t.Errorf("20 items of 2 seeds and 2 epochs drew %d different numbers", len(seen))
	}
	if want := data.Stream(1, 1, 3).Float32(); a[1][7] != want {
		t.Errorf("item 3 of epoch 1 drew %v, its Stream begins with %v", a[1][7], want)
	}
}

func TestResume(t *testing.T) {
	o := data.LoaderOptions{BatchSize: 3, Shuffle: true, Seed: 5}
	whole := data.NewLoader(numbers{n: 10}, o)
	var want []string // 3 epochs of 4 batches
	for range 3 {
		want = append(want, epoch(t, whole)...)
	}
	for stop := 0; stop <= 12; stop++ {
		for _, workers := range workerCounts {
			o.Workers = workers
			l := data.NewLoader(numbers{n: 10}, o)
			var got []string
			var saved []byte
			save := func() { saved, _ = json.Marshal(l.State()) }
			save()
			for len(got) < stop {
				for b, err := range l.Batches(context.Background()) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, text(b))
					save()
					if len(got) == stop {
						break
					}
				}
			}
			var s data.LoaderState
			if err := json.Unmarshal(saved, &s); err != nil {
				t.Fatal(err)
			}
			if l.State() != s {
				t.Errorf("the position moved after the loop: %+v, saved %+v", l.State(), s)
			}
			o.Workers = 2 - min(workers, 2)
			l = data.NewLoader(numbers{n: 10}, o)
			if err := l.Resume(s); err != nil {
				t.Fatal(err)
			}
			for l.State().Epoch < 3 {
				got = append(got, epoch(t, l)...)
			}
			if !slices.Equal(got, want) {
				t.Errorf("stopped after %d batches, %d workers:\n%v\nwant\n%v", stop, workers, got, want)
			}
		}
	}
}

func TestPositionBetweenEpochs(t *testing.T) {
	l := data.NewLoader(inMemory(4), data.LoaderOptions{BatchSize: 2})
	at := func(e, b int) {
		t.Helper()
		if s := l.State(); s.Epoch != e || s.Batch != b {
			t.Errorf("at epoch %d batch %d, want %d, %d", s.Epoch, s.Batch, e, b)
		}
	}
	at(0, 0)
	for range l.Batches(context.Background()) {
		at(0, 1)
		break
	}
	at(0, 1)
	epoch(t, l)
	at(2, 0)
}

func TestResumeRefusesOtherLoaders(t *testing.T) {
	o := data.LoaderOptions{BatchSize: 3, Shuffle: true, Seed: 5}
	l := data.NewLoader(inMemory(10), o)
	good := l.State()
	for want, s := range map[string]data.LoaderState{
		"batches of 4":   data.NewLoader(inMemory(10), data.LoaderOptions{BatchSize: 4, Shuffle: true, Seed: 5}).State(),
		"11 items":       data.NewLoader(inMemory(11), o).State(),
		"seed 6":         data.NewLoader(inMemory(10), data.LoaderOptions{BatchSize: 3, Shuffle: true, Seed: 6}).State(),
		"shuffle false":  data.NewLoader(inMemory(10), data.LoaderOptions{BatchSize: 3, Seed: 5}).State(),
		"drop last true": data.NewLoader(inMemory(10), data.LoaderOptions{BatchSize: 3, Shuffle: true, Seed: 5, DropLast: true}).State(),
		"batch 5":        {Batch: 5, Items: 10, BatchSize: 3, Shuffle: true, Seed: 5},
		"epoch -1":       {Epoch: -1, Items: 10, BatchSize: 3, Shuffle: true, Seed: 5},
	} {
		if err := l.Resume(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if l.State() != good {
			t.Errorf("%s: the refused state moved the loader", want)
		}
	}
}

func TestBreakEndsTheWorkers(t *testing.T) {
	before := runtime.NumGoroutine()
	l := data.NewLoader(numbers{n: 100}, data.LoaderOptions{BatchSize: 2, Workers: 4})
	for range 20 {
		var kept *data.Batch
		for b, err := range l.Batches(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			kept = b
			break
		}
		if want := "[0 1]"; fmt.Sprint(tensor.Data[int64](kept.Y)) != want {
			t.Errorf("the batch at hand at a break is %v, want %v", kept.Y, want)
		}
	}
	func() {
		defer func() { _ = recover() }()
		for range l.Batches(context.Background()) {
			panic("in the loop's body")
		}
	}()
	settled(t, before)
}

func TestCancel(t *testing.T) {
	for _, workers := range workerCounts {
		before := runtime.NumGoroutine()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		l := data.NewLoader(numbers{n: 100}, data.LoaderOptions{BatchSize: 2, Workers: workers})
		batches := 0
		var last error
		for b, err := range l.Batches(ctx) {
			if last = err; err != nil {
				if b != nil {
					t.Error("a batch beside an error")
				}
				continue
			}
			if batches++; batches == 3 {
				cancel()
			}
		}
		if !errors.Is(last, context.Canceled) || batches != 3 {
			t.Errorf("%d workers: %d batches, then %v", workers, batches, last)
		}
		if s := l.State(); s.Batch != 3 {
			t.Errorf("%d workers: position %+v after 3 batches", workers, s)
		}
		for _, err := range l.Batches(ctx) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%d workers, context cancelled before: %v", workers, err)
			}
		}
		settled(t, before)
	}
}

// A consumer waiting for a slow item hears of the cancellation at once.
func TestCancelWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	release := make(chan struct{})
	ds := numbers{n: 10, item: func(int) error { cancel(); <-release; return nil }}
	for _, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 5, Workers: 1}).Batches(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(release)
	}
}

// Cancelling in the middle of a batch ends it after the item at hand.
func TestCancelWithinABatch(t *testing.T) {
	for _, workers := range workerCounts {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		ds := numbers{n: 1000, item: func(i int) error {
			if i == 2 {
				cancel()
			}
			if i > 2 {
				return fmt.Errorf("item %d was asked for after the cancellation", i)
			}
			return nil
		}}
		for _, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 1000, Workers: workers}).Batches(ctx) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%d workers: %v", workers, err)
			}
		}
	}
}

func TestErrorsNameTheItem(t *testing.T) {
	broken := errors.New("cannot be read")
	ds := numbers{n: 20, item: func(i int) error {
		if i == 13 {
			return broken
		}
		return nil
	}}
	for _, workers := range workerCounts {
		before := runtime.NumGoroutine()
		batches := 0
		for _, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 5, Workers: workers}).Batches(context.Background()) {
			if err == nil {
				batches++
			} else if !errors.Is(err, broken) || !strings.Contains(err.Error(), "item 13:") {
				t.Errorf("%d workers: %v", workers, err)
			}
		}
		if batches != 2 {
			t.Errorf("%d workers: %d batches before the error, want 2", workers, batches)
		}
		settled(t, before)
	}
	part := data.Subset(ds, []int{4, 13})
	for _, err := range data.NewLoader(part, data.LoaderOptions{BatchSize: 2}).Batches(context.Background()) {
		if err == nil || !strings.Contains(err.Error(), "item 1: item 13 of the whole set: cannot be read") {
			t.Errorf("in a subset: %v", err)
		}
	}
}

func TestPanicReachesTheConsumer(t *testing.T) {
	value := &tensor.ShapeError{Op: "Crop"}
	ds := numbers{n: 20, item: func(i int) error {
		if i == 7 {
			panic(value)
		}
		return nil
	}}
	for _, workers := range workerCounts {
		before := runtime.NumGoroutine()
		batches := 0
		func() {
			defer func() {
				if v := recover(); v != any(value) {
					t.Errorf("%d workers: recovered %v", workers, v)
				}
			}()
			for _, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 2, Workers: workers}).Batches(context.Background()) {
				if err != nil {
					t.Error(err)
				}
				batches++
			}
		}()
		if batches != 3 {
			t.Errorf("%d workers: %d batches before the panic, want 3", workers, batches)
		}
		settled(t, before)
	}
}

func TestGoexitInADataset(t *testing.T) {
	ds := numbers{n: 20, item: func(i int) error {
		if i == 7 {
			runtime.Goexit()
		}
		return nil
	}}
	for _, workers := range []int{1, 3} {
		var last error
		for _, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 2, Workers: workers}).Batches(context.Background()) {
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), "Goexit") {
			t.Errorf("%d workers: %v", workers, last)
		}
	}
}

func TestNothingToDeliver(t *testing.T) {
	for want, l := range map[string]*data.Loader{
		"the dataset is empty":              data.NewLoader(inMemory(0), data.LoaderOptions{BatchSize: 2}),
		"3 items, less than one batch of 4": data.NewLoader(inMemory(3), data.LoaderOptions{BatchSize: 4, DropLast: true, Workers: 2}),
	} {
		pairs := 0
		for b, err := range l.Batches(context.Background()) {
			if pairs++; b != nil || err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, %v", want, b, err)
			}
		}
		if pairs != 1 {
			t.Errorf("%s: %d pairs", want, pairs)
		}
	}
}

// panics is the text of the Misuse that f panics with.
func panics(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		v := recover()
		m, ok := v.(tensor.Misuse)
		if !ok {
			t.Errorf("panicked with %v, want a tensor.Misuse", v)
			return
		}
		text = m.Error()
	}()
	f()
	return ""
}

func TestMisuse(t *testing.T) {
	ds := inMemory(3)
	var noContext context.Context
	for want, f := range map[string]func(){
		"BatchSize must be at least 1, it is 0":        func() { data.NewLoader(ds, data.LoaderOptions{}) },
		"BatchSize must be at least 1, it is -2":       func() { data.NewLoader(ds, data.LoaderOptions{BatchSize: -2}) },
		"must not be negative, they are -1 and 0":      func() { data.NewLoader(ds, data.LoaderOptions{BatchSize: 1, Workers: -1}) },
		"NewLoader: the dataset is nil":                func() { data.NewLoader(nil, data.LoaderOptions{BatchSize: 1}) },
		"Batches: the context is nil":                  func() { data.NewLoader(ds, data.LoaderOptions{BatchSize: 1}).Batches(noContext) },
		"Map: the dataset is nil":                      func() { data.Map(nil, nil) },
		"Map: the transform is nil":                    func() { data.Map(ds, nil) },
		"Subset: the dataset is nil":                   func() { data.Subset(nil, nil) },
		"Split: the dataset is nil":                    func() { _, _ = data.Split(nil, 1, 1) },
		"SplitFractions: the dataset is nil":           func() { _, _ = data.SplitFractions(nil, 1, 1) },
		"NewTensors: x is nil":                         func() { data.NewTensors(nil, nil) },
		"Item of index 3":                              func() { _, _, _ = ds.Item(3, nil) },
		"Collect of index -1":                          func() { _ = ds.Collect([]int{-1}, nil, &data.Batch{}) },
		"Subset of index 5":                            func() { data.Subset(ds, []int{0, 5}) },
		"NewTensors of [3 2] and [2]":                  func() { data.NewTensors(tensor.Zeros(3, 2), tensor.Zeros(2)) },
		"NewTensors of []: the first dimensions count": func() { data.NewTensors(tensor.Zeros([]int{}...), nil) },
	} {
		if got := panics(t, f); !strings.Contains(got, want) || !strings.Contains(got, "loader_test.go:") {
			t.Errorf("%s: %s", want, got)
		}
	}
}
