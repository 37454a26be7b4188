package filters_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

// An edge between dark and bright, found by Sobel's kernel.
func ExampleFilter2D() {
	x := tensor.FromSlice([]float32{
		0, 0, 9, 9,
		0, 0, 9, 9,
		0, 0, 9, 9,
	}, 3, 4)
	fmt.Println(filters.Filter2D(x, filters.SobelX(), filters.Options{Padding: filters.Replicate}))
	// Output:
	// tensor([[ 0., 36., 36.,  0.],
	//         [ 0., 36., 36.,  0.],
	//         [ 0., 36., 36.,  0.]])
}

// Where the products of a corner come from.
func ExampleExplain() {
	x := tensor.FromSlice([]uint8{10, 20, 30, 40, 50, 60, 70, 80, 90}, 3, 3)
	fmt.Print(filters.Explain(x, filters.Sharpen(), filters.Options{Padding: filters.Reflect}, 0, 0))
	// Output:
	// The result at column 0, row 0 is a sum of 9 products.
	//
	// values under the kernel, [beyond the edge]: reflect, mirrored, the edge itself not repeated
	//  [50] [40] [50]
	//  [20]  10   20
	//  [50]  40   50
	//
	// times weights
	//    0   -1    0
	//   -1    5   -1
	//    0   -1    0
	//
	// are products
	//    0  -40    0
	//  -20   50  -20
	//    0  -40    0
	//
	// sum of the products: -70
	// in 8 bits: 0
	//
	// 5 of 9 values come from beyond the edge (column, row):
	//         (-1, -1)  is (1, 1) of the image: 50
	//          (0, -1)  is (0, 1) of the image: 40
	//          (1, -1)  is (1, 1) of the image: 50
	//          (-1, 0)  is (1, 0) of the image: 20
	//          (-1, 1)  is (1, 1) of the image: 50
}

func ExampleParse() {
	kernel, err := filters.Parse("1/9,1/9,1/9; 1/9,1/9,1/9; 1/9,1/9,1/9")
	fmt.Println(kernel.Shape(), kernel.Sum(), err)
	_, err = filters.Parse("1,2,1; 2,4")
	fmt.Println(err)
	// Output:
	// [3 3] tensor(1.) <nil>
	// row 2 of the kernel has 2 weights, row 1 has 3: all rows must be of one length
}
