package transforms_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/transforms"
)

// picture is a grey image of digits, a row each.
func picture(rows ...string) *tensor.Tensor {
	var pixels []float32
	for _, row := range rows {
		for _, d := range row {
			pixels = append(pixels, float32(d-'0'))
		}
	}
	return tensor.FromSlice(pixels, 1, len(rows), len(rows[0]))
}

// show prints an image row by row.
func show(x *tensor.Tensor) {
	width := x.Size(2)
	for pixels := tensor.Data[float32](x); len(pixels) > 0; pixels = pixels[width:] {
		fmt.Println(pixels[:width])
	}
}

func ExampleResize() {
	show(transforms.Resize(picture("13", "57"), 2, 4, transforms.Bilinear, true))
	show(transforms.Resize(picture("1357", "1357"), 1, 2, transforms.Area, false))
	// Output:
	// [1 1.5 2.5 3]
	// [5 5.5 6.5 7]
	// [2 6]
}

func ExampleRotate() {
	show(transforms.Rotate(picture("123", "456"), 90, true, transforms.WarpOptions{}))
	// Output:
	// [3 6]
	// [2 5]
	// [1 4]
}

func ExamplePad() {
	show(transforms.Pad(picture("123", "456"), 2, 0, 2, 0, transforms.Reflect))
	show(transforms.Pad(picture("1"), 1, 1, 0, 0, transforms.Constant, 9))
	// Output:
	// [3 2 1 2 3 2 1]
	// [6 5 4 5 6 5 4]
	// [9 9]
	// [9 1]
}

// A transform draws from the stream it is given: the same stream, the same image.
func ExampleApply() {
	t := transforms.Compose(
		transforms.NewRandomCrop(3, 3, transforms.RandomCropOptions{Padding: 1}),
		transforms.NewRandomHorizontalFlip(0.5),
	)
	fmt.Println(t)
	x := picture("123", "456", "789")
	first := transforms.Apply(t, x, rand.New(rand.NewPCG(1, 2)))
	again := transforms.Apply(t, x, rand.New(rand.NewPCG(1, 2)))
	fmt.Println(first.Sub(again).Abs().MaxAll().Item())
	// Output:
	// Compose(RandomCrop(size=(3, 3), padding=[1, 1, 1, 1], pad_if_needed=false, fill=[], padding_mode=constant), RandomHorizontalFlip(p=0.5))
	// 0
}

// Bytes become floats, in the loader's workers, the same with any number of them.
func ExampleDataset() {
	images := tensor.FromSlice([]uint8{0, 51, 102, 255, 255, 204, 153, 0}, 2, 1, 2, 2)
	set := transforms.Dataset(data.NewTensors(images, nil), transforms.Compose(
		transforms.NewToFloat(),
		transforms.NewNormalize([]float64{0.5}, []float64{0.5}),
	))
	loader := data.NewLoader(set, data.LoaderOptions{BatchSize: 2, Workers: 2})
	for batch, err := range loader.Batches(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v %.1f\n", batch.X.Shape(), tensor.Data[float32](batch.X))
	}
	// Output: [2 1 2 2] [-1.0 -0.6 -0.2 1.0 1.0 0.6 0.2 -1.0]
}

// A grey pixel has no hue; red turned by a third of the circle is green.
func ExampleAdjustHue() {
	x := tensor.FromSlice([]float32{1, 0.5, 0, 0.5, 0, 0.5}, 3, 1, 2)
	fmt.Printf("%.2f\n", tensor.Data[float32](transforms.AdjustHue(x, 1./3)))
	// Output: [0.00 0.50 1.00 0.50 0.00 0.50]
}
