package data_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// isStale reports whether f panics with a *tensor.StaleError.
func isStale(f func()) (stale bool) {
	defer func() {
		if v := recover(); v != nil {
			_, stale = v.(*tensor.StaleError)
		}
	}()
	f()
	return false
}

// A batch lives until the loop asks for the next one; what was kept with Clone or Detach goes on.
func TestBatchLife(t *testing.T) {
	for _, ds := range []data.Dataset{inMemory(6), numbers{n: 6}} {
		for _, workers := range workerCounts {
			l := data.NewLoader(ds, data.LoaderOptions{BatchSize: 2, Workers: workers})
			for range 2 { // the second epoch uses the first one's memory
				testBatchLife(t, l)
			}
		}
	}
}

// TestReassignedBatch puts other tensors into the batches: they are the loop's own.
func TestReassignedBatch(t *testing.T) {
	mine := tensor.Ones(8, 8)
	l := data.NewLoader(inMemory(6), data.LoaderOptions{BatchSize: 2})
	for b, err := range l.Batches(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		b.X, b.Y = mine, nil
	}
	if sum := mine.Sum().Item(); sum != 64 {
		t.Errorf("the sum is %v, want 64", sum)
	}
}

func testBatchLife(t *testing.T, l *data.Loader) {
	t.Helper()
	var first, last, kept *data.Batch
	var view, detached *tensor.Tensor
	check := func() {
		t.Helper()
		for what, use := range map[string]func(){
			"X":      func() { tensor.Data[float32](last.X) },
			"Y":      func() { tensor.Data[int64](last.Y) },
			"Clone":  func() { last.Clone() },
			"a view": func() { tensor.Data[float32](view) },
		} {
			if !isStale(use) {
				t.Errorf("%s of the batch before is usable", what)
			}
		}
	}
	for b, err := range l.Batches(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if last != first { // what was detached from the first one keeps its Y
			check()
		}
		if first == nil {
			first, kept, detached = b, b.Clone(), b.Y.Reshape(2, 1).Detach()
		}
		last, view = b, b.X.Reshape(4)
		if tensor.Data[float32](b.X)[0] != float32(b.Indices[0]) {
			t.Errorf("a batch of items %v begins with %v", b.Indices, tensor.Data[float32](b.X))
		}
	}
	check()
	if got := fmt.Sprint(kept.Indices, tensor.Data[float32](kept.X)[2], tensor.Data[int64](kept.Y)); got != "[0 1] 1 [0 1]" {
		t.Errorf("the clone of the first batch is %s", got)
	}
	if got := tensor.Data[int64](detached); !slices.Equal(got, []int64{0, 1}) {
		t.Errorf("the detached labels of the first batch are %v", got)
	}
}

// The memory of finished batches is used again, in the next epoch too.
func TestMemoryIsRecycled(t *testing.T) {
	const items, width, size = 640, 1000, 64
	ds := data.NewTensors(tensor.Zeros(items, width), nil)
	for _, workers := range []int{0, 2} {
		l := data.NewLoader(ds, data.LoaderOptions{BatchSize: size, Workers: workers})
		run := func() {
			for b, err := range l.Batches(context.Background()) {
				if err != nil || b.Y != nil {
					t.Fatal(b, err)
				}
			}
		}
		run()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		run()
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > size*width*4 {
			t.Errorf("%d workers: an epoch of %d batches with %d bytes each allocated %d bytes", workers, l.Len(), size*width*4, got)
		}
	}
}

// items is a dataset of given tensors.
type items struct{ x, y []*tensor.Tensor }

func (d items) Len() int { return len(d.x) }

func (d items) Item(i int, _ *rand.Rand) (x, y *tensor.Tensor, err error) { return d.x[i], d.y[i], nil }

func TestUnequalItems(t *testing.T) {
	a, b := tensor.Zeros(1, 28, 28), tensor.Zeros(1, 27, 28)
	i, f := tensor.FromSlice([]int64{1}), tensor.FromSlice([]float32{1})
	for want, ds := range map[string]items{
		"x of item 1 has shape [1 27 28], of item 0 [1 28 28]":      {[]*tensor.Tensor{a, b}, []*tensor.Tensor{i, i}},
		"y of item 1 has elements of type int64, of item 0 float32": {[]*tensor.Tensor{a, a}, []*tensor.Tensor{f, i}},
		"of items 0 and 1 one has a y and the other has none":       {[]*tensor.Tensor{a, a}, []*tensor.Tensor{f, nil}},
		"item 1 has no x": {[]*tensor.Tensor{a, nil}, []*tensor.Tensor{f, f}},
		"y of item 1 has shape [1], of item 0 []: the items of a batch must": {[]*tensor.Tensor{a, a}, []*tensor.Tensor{tensor.Scalar(1), f}},
	} {
		for _, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 2}).Batches(context.Background()) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", want, err)
			}
		}
	}
}

// Every element type is stacked, gathered and kept in shape; the last batch is smaller.
func TestElementTypes(t *testing.T) {
	for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64, tensor.Int64, tensor.Int32, tensor.Uint8, tensor.Bool} {
		x := tensor.FromSlice([]float32{0, 1, 2, 3, 4, 5}, 3, 2).To(dtype)
		whole := data.NewTensors(x, nil)
		single := data.Map(whole, func(x, y *tensor.Tensor, _ *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) { return x, x, nil })
		for _, ds := range []data.Dataset{whole, single} {
			row := 0
			for b, err := range data.NewLoader(ds, data.LoaderOptions{BatchSize: 2}).Batches(context.Background()) {
				if err != nil {
					t.Fatal(err)
				}
				want := []float64{0, 1, 2, 3, 4, 5}[2*row : 2*row+2*b.Len()]
				if dtype == tensor.Bool {
					want = slices.Clone(want)
					for i := range want {
						want[i] = min(want[i], 1)
					}
				}
				for _, part := range []*tensor.Tensor{b.X, b.Y} {
					if part == nil && ds == data.Dataset(whole) {
						continue
					}
					if part.DType() != dtype || !slices.Equal(part.Shape(), []int{b.Len(), 2}) {
						t.Fatalf("%v: a batch of %v%v", dtype, part.DType(), part.Shape())
					}
					if got := tensor.Data[float64](part.To(tensor.Float64)); !slices.Equal(got, want) {
						t.Errorf("%v: rows from %d on are %v, want %v", dtype, row, got, want)
					}
				}
				row += b.Len()
			}
		}
	}
}

func TestTensorsAreCopied(t *testing.T) {
	ds := inMemory(3)
	x, y, err := ds.Item(1, nil)
	if err != nil || fmt.Sprint(x.Shape(), tensor.Data[float32](x), y.Shape(), tensor.Data[int64](y)) != "[2] [1 -1] [] [1]" {
		t.Errorf("item 1 is %v, %v, %v", x, y, err)
	}
	tensor.Expire(x, y)
	if again, _, err := ds.Item(1, nil); err != nil || tensor.Data[float32](again)[0] != 1 {
		t.Errorf("item 1 is no longer there: %v, %v", again, err)
	}
}

func TestMapPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	called := false
	ds := data.Map(numbers{n: 1, item: func(int) error { return broken }},
		func(x, y *tensor.Tensor, _ *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
			called = true
			return x, y, nil
		})
	if _, _, err := ds.Item(0, nil); !errors.Is(err, broken) || called {
		t.Errorf("error %v, the transform was called: %t", err, called)
	}
}
