package plot_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/plot"
)

// A curve of losses over epochs, as a picture for a page.
func Example() {
	dir, err := os.MkdirTemp("", "plot")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	figure := plot.Lines(plot.Options{Title: "Loss", X: "epoch", Y: "cross-entropy", LogY: true},
		plot.Series{Name: "training", Y: []float64{2.3, 0.9, 0.4, 0.2}},
		plot.Series{Name: "validation", Y: []float64{2.2, 1.0, 0.6, 0.5}, Dashed: true})
	for _, name := range []string{"loss.png", "loss.svg", "loss.bmp"} {
		fmt.Println(figure.Save(filepath.Join(dir, name)) == nil)
	}
	// Output:
	// true
	// true
	// false
}

// The same confusion matrix as metrics.ConfusionMatrix gives it.
func ExampleConfusion() {
	matrix := [][]int64{{96, 14}, {19, 50}}
	var svg bytes.Buffer
	err := plot.Confusion(matrix, []string{"died", "survived"}).Write(&svg, "svg")
	fmt.Println(err, bytes.Contains(svg.Bytes(), []byte("146 of 179 right (81.6 %)")))
	// Output: <nil> true
}
