package models_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

func TestLeNet5Sizes(t *testing.T) {
	for _, size := range [][2]int{{12, 12}, {28, 28}, {32, 20}, {33, 47}} {
		net := models.NewLeNet5(3, size[0], size[1], 7)
		if err := nn.CheckInput(net, 2, 3, size[0], size[1]); err != nil {
			t.Errorf("%v: %v", size, err)
		}
	}
}

func ExampleNewLeNet5() {
	net := models.NewLeNet5(1, 28, 28, 10)
	nn.Init(net, 1)
	fmt.Println(parameters(net), nn.Predict(net, tensor.Zeros(4, 1, 28, 28)).Shape())
	// Output: 61706 [4 10]
}
