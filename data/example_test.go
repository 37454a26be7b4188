package data_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

func ExampleLoader() {
	x := tensor.FromSlice([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2)
	y := tensor.FromSlice([]int64{0, 1, 1, 0})
	loader := data.NewLoader(data.NewTensors(x, y), data.LoaderOptions{BatchSize: 3})
	for batch, err := range loader.Batches(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(batch.X.Shape(), tensor.Data[int64](batch.Y))
	}
	// Output:
	// [3 2] [0 1 1]
	// [1 2] [0]
}

// Four of ten items held out at random, the same ones in every run.
func ExampleSplit() {
	set := data.NewTensors(tensor.Arange(0, 10, 1), nil)
	parts, err := data.Split(set, 42, -1, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(parts[0].Len(), parts[1].Len())
	// Output: 6 4
}

// An augmentation draws from the item's own stream: the same in every run, another in every epoch.
func ExampleMap() {
	set := data.NewTensors(tensor.Zeros(3, 2), nil)
	noisy := data.Map(set, func(x, y *tensor.Tensor, rng *rand.Rand) (*tensor.Tensor, *tensor.Tensor, error) {
		return x.AddScalar(rng.NormFloat64()), y, nil
	})
	first, _, _ := noisy.Item(0, data.Stream(7, 0, 0))
	again, _, _ := noisy.Item(0, data.Stream(7, 0, 0))
	later, _, _ := noisy.Item(0, data.Stream(7, 1, 0))
	a, b, c := tensor.Data[float32](first), tensor.Data[float32](again), tensor.Data[float32](later)
	fmt.Println(a[0] == b[0], a[0] == c[0])
	// Output: true false
}

// Going on in the middle of an epoch, as after a restart.
func ExampleLoader_Resume() {
	set := data.NewTensors(tensor.Arange(0, 6, 1), nil)
	options := data.LoaderOptions{BatchSize: 2}
	loader := data.NewLoader(set, options)
	var saved data.LoaderState
	for range loader.Batches(context.Background()) {
		saved = loader.State()
		break
	}
	fmt.Println("epoch", saved.Epoch, "batches", saved.Batch)

	loader = data.NewLoader(set, options)
	if err := loader.Resume(saved); err != nil {
		fmt.Println(err)
		return
	}
	for batch, err := range loader.Batches(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(batch.Indices)
	}
	// Output:
	// epoch 0 batches 1
	// [2 3]
	// [4 5]
}
