package data

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Transform makes an item of an item: an augmentation, a padding, another encoding. It draws what is random from rng,
// leaves x and y as they are and returns new tensors, or the same ones. It is called from several goroutines at once.
type Transform func(x, y *tensor.Tensor, rng *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error)

// Map returns ds with f applied to every item when it is asked for.
// It panics with a *tensor.ShapeError if ds or f is nil.
func Map(ds Dataset, f Transform) Dataset {
	wantDataset("Map", ds)
	if f == nil {
		misuse("Map", "the transform is nil")
	}
	return &mapped{ds, f}
}

type mapped struct {
	Dataset
	f Transform
}

func (m *mapped) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	x, y, err = m.Dataset.Item(i, rng)
	if err != nil {
		return nil, nil, err
	}
	return m.f(x, y, rng)
}
