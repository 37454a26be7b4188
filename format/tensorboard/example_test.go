package tensorboard_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/tensor"
)

// A program writes into a folder, and TensorBoard shows it: tensorboard --logdir runs. Here the file is read again.
func Example() {
	dir, err := os.MkdirTemp("", "runs")
	check(err)
	defer os.RemoveAll(dir)

	w, err := tensorboard.NewSummaryWriter(filepath.Join(dir, "first"))
	check(err)
	weights := tensor.Randn(rand.New(rand.NewPCG(1, 2)), 100, 10)
	for step := 1; step <= 3; step++ {
		check(w.AddScalar("loss/train", 1/float64(step), step))
	}
	check(w.AddHistogram("weights/fc1", weights, 3))
	check(w.AddText("notes", "the rate was **0.1**", 3))
	check(w.Close())

	paths, err := filepath.Glob(filepath.Join(dir, "first", "events.out.tfevents.*"))
	check(err)
	for e, err := range tensorboard.ReadFile(paths[0]) {
		check(err)
		for _, v := range e.Values {
			switch d := v.Data.(type) {
			case tensorboard.Scalar:
				fmt.Printf("step %d: %s is %.3f\n", e.Step, v.Tag, d)
			case *tensorboard.Histogram:
				fmt.Printf("step %d: %s has %.0f numbers\n", e.Step, v.Tag, d.Num)
			case tensorboard.Text:
				fmt.Printf("step %d: %s says %q\n", e.Step, v.Tag, d[0])
			}
		}
	}
	// Output:
	// step 1: loss/train is 1.000
	// step 2: loss/train is 0.500
	// step 3: loss/train is 0.333
	// step 3: weights/fc1 has 1000 numbers
	// step 3: notes/text_summary says "the rate was **0.1**"
}

// A file that is damaged says where.
func ExampleReadFile() {
	dir, err := os.MkdirTemp("", "runs")
	check(err)
	defer os.RemoveAll(dir)
	w, err := tensorboard.NewSummaryWriter(dir)
	check(err)
	check(w.AddScalar("loss", 0.5, 1))
	check(w.AddScalar("loss", 0.25, 2))
	check(w.Close())
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	check(err)
	b, err := os.ReadFile(paths[0])
	check(err)
	b[len(b)-5] ^= 1 // the last byte before the last checksum
	path := filepath.Join(dir, "damaged.tfevents")
	check(os.WriteFile(path, b, 0o666))

	for e, err := range tensorboard.ReadFile(path) {
		if format, ok := err.(*tensorboard.FormatError); ok {
			fmt.Println("damaged at byte", format.Offset)
			return
		}
		for _, v := range e.Values {
			fmt.Println(e.Step, v.Tag, v.Data)
		}
	}
	// Output:
	// 1 loss 0.5
	// damaged at byte 82
}

// Numbers that were counted elsewhere.
func ExampleFromBins() {
	h := tensorboard.FromBins([]float64{0, 1, 2, 3}, []int{0, 4, 1})
	fmt.Println(h.Num, h.Min, h.Max, h.BucketLimits, h.Buckets)
	// Output: 5 1 3 [1 2 3] [0 4 1]
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
