package tensor_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// A Laplace filter, and its gradient by the picture.
func ExampleConv2d() {
	picture := tensor.FromSlice([]float32{
		0, 0, 0, 0,
		0, 1, 1, 0,
		0, 1, 1, 0,
		0, 0, 0, 0,
	}, 1, 1, 4, 4).RequireGrad()
	laplace := tensor.FromSlice([]float32{0, 1, 0, 1, -4, 1, 0, 1, 0}, 1, 1, 3, 3)
	edges := tensor.Conv2d(picture, laplace, nil, tensor.ConvOptions{})
	fmt.Println(edges.Shape(), tensor.Data[float32](edges))
	edges.Sum().Backward()
	fmt.Println(tensor.Data[float32](picture.Grad())[:4])
	// Output:
	// [1 1 2 2] [-2 -2 -2 -2]
	// [0 1 1 0]
}

func ExampleTensor_MaxPool2d() {
	x := tensor.Arange(0, 16, 1).Reshape(1, 1, 4, 4)
	fmt.Println(tensor.Data[float32](x.MaxPool2d(2)))
	fmt.Println(x.MaxPool2d(3, tensor.PoolOptions{Stride: 1, Padding: 1}).Shape())
	// Output:
	// [5 7 13 15]
	// [1 1 4 4]
}

func ExampleTensor_Pad() {
	row := tensor.FromSlice([]float32{1, 2, 3})
	fmt.Println(tensor.Data[float32](row.Pad([]int{1, 2}, tensor.PadZero, 9)))
	fmt.Println(tensor.Data[float32](row.Pad([]int{2, 2}, tensor.PadReflect, 0)))
	fmt.Println(tensor.Data[float32](row.Pad([]int{2, 2}, tensor.PadCircular, 0)))
	// Output:
	// [9 1 2 3 9 9]
	// [3 2 1 2 3 2 1]
	// [2 3 1 2 3 1 2]
}

func ExampleTensor_Upsample() {
	x := tensor.FromSlice([]float32{0, 4}, 1, 1, 1, 2)
	fmt.Println(tensor.Data[float32](x.Upsample(tensor.UpsampleOptions{Size: [2]int{1, 4}})))
	fmt.Println(tensor.Data[float32](x.Upsample(tensor.UpsampleOptions{Size: [2]int{1, 4}, Mode: tensor.Bilinear})))
	// Output:
	// [0 0 4 4]
	// [0 1 3 4]
}
