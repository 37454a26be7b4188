package datatest_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data/datatest"
	"github.com/lumen-ml/lumen/tensor"
)

// squares has x = i and y = i*i.
type squares struct{}

func (squares) Len() int { return 10 }

func (squares) Item(i int, _ *rand.Rand) (x, y *tensor.Tensor, err error) {
	if i < 0 || i >= 10 {
		return nil, nil, fmt.Errorf("there is no item %d, only 0 to 9", i)
	}
	return tensor.Scalar(float64(i)), tensor.Scalar(float64(i * i)), nil
}

func ExampleTestDataset() {
	fmt.Println(datatest.TestDataset(squares{}))
	// Output: <nil>
}
