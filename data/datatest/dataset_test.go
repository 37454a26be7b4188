package datatest_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/data/datatest"
	"github.com/lumen-ml/lumen/tensor"
)

// fake is a dataset that does what a test wants.
type fake struct {
	length func() int
	item   func(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error)
}

func (f fake) Len() int {
	if f.length == nil {
		return 40
	}
	return f.length()
}

func (f fake) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	if i < 0 || i >= 40 {
		return nil, nil, fmt.Errorf("no item %d", i)
	}
	return f.item(i, rng)
}

// fakeCollector has a Collect as well.
type fakeCollector struct {
	fake
	collect func(idx []int, b *data.Batch) error
}

func (f fakeCollector) Collect(idx []int, _ func(int) *rand.Rand, b *data.Batch) error {
	return f.collect(idx, b)
}

func number(i int) *tensor.Tensor { return tensor.FromSlice([]float32{float32(i)}) }

func plain(i int, _ *rand.Rand) (x, y *tensor.Tensor, err error) { return number(i), nil, nil }

func TestGoodDatasets(t *testing.T) {
	memory := data.NewTensors(tensor.Arange(0, 100, 1).Reshape(50, 2), tensor.FromSlice(make([]bool, 50)))
	noisy := data.Map(memory, func(x, y *tensor.Tensor, rng *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
		return x.AddScalar(rng.Float64()), y, nil
	})
	for _, ds := range []data.Dataset{memory, noisy, data.Subset(memory, []int{7}), data.Subset(noisy, []int{1, 2, 3}), fake{item: plain}} {
		if err := datatest.TestDataset(ds); err != nil {
			t.Errorf("%T: %v", ds, err)
		}
	}
}

func TestBadDatasets(t *testing.T) {
	var calls, lengths atomic.Int64
	var stored *tensor.Tensor
	collector := func(f func(idx []int, b *data.Batch) error) data.Dataset {
		return fakeCollector{fake{item: plain}, f}
	}
	values := func(idx []int) *tensor.Tensor {
		v := make([]float32, len(idx))
		for k, i := range idx {
			v[k] = float32(i)
		}
		return tensor.FromSlice(v, len(idx), 1)
	}
	for want, ds := range map[string]data.Dataset{
		"Len is 0":          fake{length: func() int { return 0 }},
		"Len was 40 and is": fake{length: func() int { return 40 + int(min(lengths.Add(1), 2)) - 1 }, item: plain},
		"Item(0): broken": fake{item: func(int, *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
			return nil, nil, errors.New("broken")
		}},
		"no x and no error": fake{item: func(int, *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) { return nil, nil, nil }},
		"must be alike": fake{item: func(i int, _ *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
			return tensor.Zeros(1 + i%2), nil, nil
		}},
		"all randomness must come from rng": fake{item: func(int, *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
			return number(int(calls.Add(1))), nil, nil
		}},
		"gave neither an error nor a panic": lenient{},
		"Collect(":                          collector(func([]int, *data.Batch) error { return errors.New("broken") }),
		"X is nothing":                      collector(func([]int, *data.Batch) error { return nil }),
		"the values of X are not those": collector(func(idx []int, b *data.Batch) error {
			b.X = tensor.Zeros(len(idx), 1)
			return nil
		}),
		"Y is float32[32 1], stacking the items gives nothing": collector(func(idx []int, b *data.Batch) error {
			b.X, b.Y = values(idx), values(idx)
			return nil
		}),
		"no views of what the dataset keeps": collector(func(idx []int, b *data.Batch) error {
			if stored == nil {
				stored = values(idx)
			}
			b.X = stored.Reshape(len(idx), 1)
			return nil
		}),
	} {
		if err := datatest.TestDataset(ds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// lenient has an item for every index.
type lenient struct{}

func (lenient) Len() int { return 3 }

func (lenient) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) { return plain(i, rng) }
