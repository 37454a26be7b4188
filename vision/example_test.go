package vision_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

func ExampleOpen() {
	x, err := vision.Open(filepath.Join("testdata", "orientation6.jpg"), vision.ReadOptions{Mode: vision.RGB})
	fmt.Println(x.DType(), x.Shape(), err) // the camera was held upright
	// Output: uint8 [3 11 7] <nil>
}

// A file that is no picture.
func ExampleDecode() {
	_, err := vision.Decode(strings.NewReader("Hello"))
	fmt.Println(err)
	// Output: no picture that can be read: the file begins with 48 65 6c 6c 6f, and not as one of PNG, JPEG, GIF, BMP, TIFF, WebP
}

// Twelve pictures on a sheet.
func ExampleSaveImage() {
	dir, err := os.MkdirTemp("", "sheet")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "sheet.png")
	batch := tensor.Linspace(0, 1, 12).Reshape(12, 1, 1, 1).Expand(12, 1, 28, 28)
	if err := vision.SaveImage(path, vision.MakeGrid(batch, vision.GridOptions{NRow: 4, Padding: 2})); err != nil {
		fmt.Println(err)
		return
	}
	x, err := vision.Open(path)
	fmt.Println(x.Shape(), err)
	// Output: [3 92 122] <nil>
}

// Numbers of both signs: blue below zero, white at it, red above.
func ExampleColorize() {
	x := tensor.FromSlice([]float32{-1, 0, 0.5}, 1, 3)
	y := vision.Colorize(x, vision.ColorOptions{Map: vision.MapBlueWhiteRed, Zero: 0})
	for i := range 3 {
		fmt.Println(x.Select(0, 0).Select(0, i).Item(), y.Select(2, i).Reshape(3))
	}
	// Output:
	// -1 tensor([  0,   0, 255], dtype=uint8)
	// 0 tensor([255, 255, 255], dtype=uint8)
	// 0.5 tensor([255, 128, 128], dtype=uint8)
}
