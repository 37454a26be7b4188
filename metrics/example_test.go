package metrics_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/tensor"
)

// Metrics take batch after batch.
func Example() {
	all := []metrics.Metric{metrics.Accuracy(), metrics.TopK(2), metrics.F1(metrics.Macro)}
	batches := []struct{ logits, labels *tensor.Tensor }{
		{tensor.FromSlice([]float32{2, 1, 0, 0, 1, 2}, 2, 3), tensor.FromSlice([]int64{0, 1})},
		{tensor.FromSlice([]float32{1, 3, 2, 1, 0, 5}, 2, 3), tensor.FromSlice([]int64{1, 2})},
	}
	for _, batch := range batches {
		for _, m := range all {
			m.Update(batch.logits, batch.labels)
		}
	}
	for _, m := range all {
		fmt.Printf("%s %.4f\n", m.Name(), m.Value())
	}
	// Output:
	// accuracy 0.7500
	// top2_accuracy 1.0000
	// f1_macro 0.7778
}

func ExampleConfusionMatrix() {
	c := metrics.ConfusionMatrix(3)
	c.Update(tensor.FromSlice([]int64{0, 0, 1, 2, 2, 2, 0}), tensor.FromSlice([]int64{0, 0, 1, 1, 2, 2, 2}))
	fmt.Print(c)
	fmt.Println(c.Matrix()[1])
	// Output:
	// true \ predicted  0  1  2
	//                0  2  0  0
	//                1  0  1  1
	//                2  1  0  2
	// [0 1 1]
}

// A single probability a sample, as after a sigmoid.
func ExampleROCAUC() {
	probabilities := tensor.FromSlice([]float32{0.1, 0.4, 0.35, 0.8})
	labels := tensor.FromSlice([]int64{0, 0, 1, 1})
	o := metrics.Options{Probabilities: true}
	area, precision := metrics.ROCAUC(o), metrics.Precision(metrics.Binary, o)
	area.Update(probabilities, labels)
	precision.Update(probabilities, labels)
	fmt.Println(area.Value(), precision.Value())
	// Output: 0.75 1
}

// The state of a metric goes into a checkpoint.
func ExampleStateful() {
	first := metrics.Accuracy()
	first.Update(tensor.FromSlice([]int64{1, 2, 3}), tensor.FromSlice([]int64{1, 2, 4}))
	resumed := metrics.Accuracy()
	if err := resumed.LoadState(first.State()); err != nil {
		panic(err)
	}
	resumed.Update(tensor.FromSlice([]int64{5}), tensor.FromSlice([]int64{5}))
	fmt.Println(resumed.Value())
	// Output: 0.75
}
