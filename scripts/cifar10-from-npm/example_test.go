package main

import (
	"fmt"
	"image"
	"image/color"
)

// A row of two pixels, red and grey, with the label 6.
func Example() {
	row := image.NewRGBA(image.Rect(0, 0, 2, 1))
	row.Set(0, 0, color.RGBA{255, 0, 1, 255})
	row.Set(1, 0, color.RGBA{128, 128, 128, 255})
	fmt.Println(records(row, []byte{6}))
	// Output: [6 255 128 0 128 1 128]
}
