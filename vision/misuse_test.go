package vision_test

import (
	"errors"
	"image"
	"math"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

func TestMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3, 4, 5)
	for name, wrong := range map[string]func(){
		"mode":            func() { vision.Open("x.png", vision.ReadOptions{Mode: 9}) },
		"depth":           func() { vision.Open("x.png", vision.ReadOptions{Depth: 12}) },
		"pixels":          func() { vision.Open("x.png", vision.ReadOptions{MaxPixels: -1}) },
		"two options":     func() { vision.Decode(strings.NewReader(""), vision.ReadOptions{}, vision.ReadOptions{}) },
		"no image":        func() { vision.FromImage(nil) },
		"empty image":     func() { vision.FromImage(image.NewGray(image.Rect(0, 0, 0, 4))) },
		"a batch":         func() { vision.ToImage(x) },
		"nil":             func() { vision.ToImage(nil) },
		"five channels":   func() { vision.ToImage(tensor.Zeros(5, 2, 2)) },
		"no pixels":       func() { vision.ToImage(tensor.Zeros(3, 0, 2)) },
		"bools":           func() { vision.ToImage(tensor.ZerosOf(tensor.Bool, 2, 2)) },
		"quality":         func() { vision.SaveImage("x.png", x, vision.SaveOptions{Quality: 101}) },
		"save nil":        func() { vision.SaveImage("x.png", nil) },
		"grid of nothing": func() { vision.MakeGrid(tensor.Zeros(0, 3, 2, 2)) },
		"grid padding":    func() { vision.MakeGrid(x, vision.GridOptions{Padding: -1}) },
		"grid range":      func() { vision.MakeGrid(x, vision.GridOptions{Normalize: true, ValueRange: [2]float64{1, 0}}) },
		"grid of bytes":   func() { vision.MakeGrid(x.To(tensor.Uint8), vision.GridOptions{Normalize: true}) },
		"three channels":  func() { vision.Colorize(x, vision.ColorOptions{}) },
		"whole numbers":   func() { vision.Colorize(tensor.ZerosOf(tensor.Int64, 2, 2), vision.ColorOptions{}) },
		"upside down":     func() { vision.Colorize(tensor.Zeros(2, 2), vision.ColorOptions{Low: 2, High: 1}) },
		"NaN as zero":     func() { vision.Colorize(tensor.Zeros(2, 2), vision.ColorOptions{Zero: math.NaN()}) },
		"no such map":     func() { vision.Colorize(tensor.Zeros(2, 2), vision.ColorOptions{Map: 77}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				var misuse tensor.Misuse
				if err, _ := recover().(error); !errors.As(err, &misuse) || !strings.Contains(err.Error(), "misuse_test.go") {
					t.Errorf("recovered %v, want a Misuse with this file's name", err)
				}
			}()
			wrong()
		})
	}
}
