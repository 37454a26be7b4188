package workloads

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
)

// epoch is one epoch of MNIST's 60,000 training images, shuffled, as normalised float
// batches of 64.
func epoch(workers int) (func(), error) {
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		return nil, err
	}
	loader := data.NewLoader(set, data.LoaderOptions{BatchSize: 64, Shuffle: true, Seed: 1234, Workers: workers})
	return func() {
		count := 0
		for batch, err := range loader.Batches(context.Background()) {
			if err != nil {
				panic(err) // the set is in memory: nothing from outside can fail
			}
			count += batch.Len()
		}
		if count != set.Len() {
			panic(fmt.Sprintf("the loader delivered %d of %d images", count, set.Len()))
		}
	}, nil
}

// byHand is the same without a loader: a batch is indexed at once. The Reset before it says that the batch before is no
// longer wanted, as in elementwise.
func byHand() (func(), error) {
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		return nil, err
	}
	n := set.Len()
	images := tensor.FromSlice(set.Images(), n, 1, 28, 28)
	bytes := set.Labels()
	classes := make([]int64, n)
	for i, c := range bytes {
		classes[i] = int64(c)
	}
	labels := tensor.FromSlice(classes, n)
	var scope tensor.Scope
	images, labels = scope.Within(images), scope.Within(labels)
	rng := rand.New(rand.NewPCG(1234, 0))
	var x, y *tensor.Tensor
	return func() {
		order := tensor.RandPerm(rng, n)
		for from := 0; from < n; from += 64 {
			scope.Reset()
			batch := order.Slice(0, from, min(from+64, n), 1)
			x = images.IndexSelect(0, batch).To(tensor.Float32).DivScalar(255).SubScalar(0.1307).DivScalar(0.3081)
			y = labels.IndexSelect(0, batch)
		}
		_, _ = x, y
	}, nil
}

func loaders() []Workload {
	w := func(name, note string, f func() (func(), error)) Workload {
		return Workload{Name: name, Note: note, Items: 60000, Unit: "sample", make: f}
	}
	return []Workload{
		w("dataloader_mnist_w0", "epoch, no workers", func() (func(), error) { return epoch(0) }),
		w("dataloader_mnist_w2", "epoch, 2 workers", func() (func(), error) { return epoch(2) }),
		w("dataloader_mnist_manual", "no loader: index a batch at once", byHand),
	}
}
