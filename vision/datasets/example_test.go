package datasets_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
)

func ExampleMNIST() {
	train, err := datasets.MNIST(datasets.Train)
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := datasets.MNIST(datasets.Test)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.Len(), test.Len(), train.Shape())
	fmt.Println(train.Labels()[:5])

	loader := data.NewLoader(train, data.LoaderOptions{BatchSize: 64})
	for batch, err := range loader.Batches(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(batch.X.DType(), batch.X.Shape(), batch.Y.DType(), batch.Y.Shape())
		fmt.Printf("%.4f\n", tensor.Data[float32](batch.X)[0])
		break
	}
	// Output:
	// 60000 10000 [1 28 28]
	// [5 0 4 1 9]
	// float32 [64 1 28 28] int64 [64]
	// -0.4242
}

// The first training image, every second row, in characters.
func ExampleSet_Image() {
	train, err := datasets.MNIST(datasets.Train)
	if err != nil {
		fmt.Println(err)
		return
	}
	image := train.Image(0)
	for row := 5; row < 25; row += 2 {
		line := make([]byte, 28)
		for column := range line {
			line[column] = " .+#"[image[28*row+column]>>6]
		}
		fmt.Printf("|%s|\n", line)
	}
	fmt.Println("label", train.Label(0))
	// Output:
	// |                .++ +##.    |
	// |        ##########...       |
	// |        .+.###   +          |
	// |           +#+              |
	// |             ##+.           |
	// |               +##+         |
	// |                 ###.       |
	// |             +#####+        |
	// |         .######.           |
	// |     +######+               |
	// label 5
}

func ExampleWriteIDX() {
	var file bytes.Buffer
	if err := datasets.WriteIDX(&file, []byte{0, 128, 255, 0, 64, 32}, 1, 2, 3); err != nil {
		fmt.Println(err)
		return
	}
	pixels, dims, err := datasets.ReadIDX(&file)
	fmt.Println(pixels, dims, err)
	// Output: [0 128 255 0 64 32] [1 2 3] <nil>
}

func ExampleFind() {
	set, err := datasets.Find("mnist")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(set.Name, set.Embedded, set.Bytes)
	test, err := set.Load(datasets.Test)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(test.Len(), test.Classes()[test.Label(0)])
	// Output:
	// mnist true 11594722
	// 10000 7
}
