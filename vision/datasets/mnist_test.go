package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/data/datatest"
	"github.com/lumen-ml/lumen/tensor"
)

func TestEmbeddedFilesAreTheOriginals(t *testing.T) {
	readme, err := os.ReadFile("mnist/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := mnistFiles.ReadDir("mnist")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		content, err := mnistFiles.ReadFile("mnist/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		row := fmt.Sprintf("| `%s` | %d | `%x` |", f.Name(), len(content), sha256.Sum256(content))
		if !strings.Contains(string(readme), row) {
			t.Errorf("mnist/README.md has no row %s", row)
		}
	}
}

// The counts of each digit and the pixel statistics are those that the literature gives.
func TestMNISTContent(t *testing.T) {
	for split, want := range map[Split]struct {
		n      int
		counts string
		mean   float64
		std    float64
	}{
		Train: {60000, "[5923 6742 5958 6131 5842 5421 5918 6265 5851 5949]", 0.1307, 0.3081},
		Test:  {10000, "[980 1135 1032 1010 982 892 958 1028 974 1009]", 0.1325, 0.3105},
	} {
		s, err := MNIST(split)
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]int, 10)
		for _, l := range s.Labels() {
			counts[l]++
		}
		var sum, squares float64
		for _, p := range s.Images() {
			v := float64(p) / 255
			sum += v
			squares += v * v
		}
		n := float64(len(s.Images()))
		mean := sum / n
		std := math.Sqrt(squares/n - mean*mean)
		if s.Len() != want.n || len(s.Images()) != want.n*784 || fmt.Sprint(counts) != want.counts ||
			math.Abs(mean-want.mean) > 5e-5 || math.Abs(std-want.std) > 5e-5 {
			t.Errorf("%v: %d images, %v, mean %.4f, standard deviation %.4f", split, s.Len(), counts, mean, std)
		}
	}
}

// normalise.json holds what torchvision makes of every pixel value, bit for bit.
func TestNormalisationIsTorchvisions(t *testing.T) {
	content, err := os.ReadFile("testdata/normalise.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Torch string
		Bits  map[string][]string
	}
	if err := json.Unmarshal(content, &golden); err != nil || golden.Torch == "" || len(golden.Bits) != 2 {
		t.Fatal(err, golden.Torch, len(golden.Bits))
	}
	t.Setenv("LUMEN_DATA", t.TempDir())
	dir, _ := Folder(fashionName)
	writeSet(t, dir, plainNames, ramp(2*784), []byte{9, 0}, 2, 28, 28)
	mnist, err := MNIST(Test)
	if err != nil {
		t.Fatal(err)
	}
	fashion, err := FashionMNIST(Test)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*Set{"mnist": mnist, "fashion-mnist": fashion} {
		for i := range 2 {
			x, y, err := s.Item(i, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x.Shape(), []int{1, 28, 28}) || y.Dim() != 0 || int(y.Item()) != s.Label(i) || y.DType() != tensor.Int64 {
				t.Errorf("%s: item of %v and %v%v = %v", name, x.Shape(), y.DType(), y.Shape(), y.Item())
			}
			for k, v := range tensor.Data[float32](x) {
				p := s.Image(i)[k]
				if got := fmt.Sprintf("%08x", math.Float32bits(v)); got != golden.Bits[name][p] {
					t.Fatalf("%s: pixel value %d is normalised to %s, torchvision gives %s", name, p, got, golden.Bits[name][p])
				}
			}
		}
	}
}

func TestMNISTKeepsItsPromises(t *testing.T) {
	raw := Options{Raw: true}
	for _, o := range [][]Options{nil, {raw}} {
		s, err := MNIST(Test, o...)
		if err != nil {
			t.Fatal(err)
		}
		if err := datatest.TestDataset(s); err != nil {
			t.Error(err)
		}
	}
	s, err := MNIST(Test, raw)
	if err != nil {
		t.Fatal(err)
	}
	x, _, err := s.Item(0, nil)
	if err != nil || !slices.Equal(tensor.Data[uint8](x), s.Image(0)) {
		t.Errorf("a raw item differs from its image: %v", err)
	}
}

func TestMNISTFromManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := MNIST(Test)
			if err != nil || s.Label(0) != 7 {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	a, _ := MNIST(Test)
	b, _ := MNIST(Test, Options{Raw: true})
	if &a.Images()[0] != &b.Images()[0] {
		t.Error("a second set has pixels of its own")
	}
}

func TestOptions(t *testing.T) {
	s, err := MNIST(Test, Options{Mean: []float64{0.5}, Std: []float64{0.5}, Classes: strings.Split("zero one two three four five six seven eight nine", " ")})
	if err != nil {
		t.Fatal(err)
	}
	x, _, _ := s.Item(0, nil)
	v := tensor.Data[float32](x)
	if slices.Min(v) != -1 || slices.Max(v) != 1 || s.Classes()[s.Label(0)] != "seven" {
		t.Errorf("values from %v to %v, class %s", slices.Min(v), slices.Max(v), s.Classes()[s.Label(0)])
	}
	for want, o := range map[string]Options{
		"Mean has 2 values: 1 or one for each of 1": {Mean: []float64{0, 1}},
		"Std is [0]":                   {Std: []float64{0}},
		"Std is [-1]":                  {Std: []float64{-1}},
		"Std is [NaN]":                 {Std: []float64{math.NaN()}},
		"Mean is [+Inf]":               {Mean: []float64{math.Inf(1)}},
		"label 7, there are 2 classes": {Classes: []string{"a", "b"}},
	} {
		if _, err := MNIST(Test, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := MNIST(Split(2)); err == nil || !strings.Contains(err.Error(), "no split 2") {
		t.Errorf("split 2: %v", err)
	}
}

// Channels have tables of their own.
func TestChannels(t *testing.T) {
	s, err := newSet("colours", []byte{255, 0, 255, 0, 255, 255}, []byte{0}, [3]int{3, 1, 2}, []string{"a"},
		Options{Mean: []float64{0, 1, 2}, Std: []float64{1}})
	if err != nil {
		t.Fatal(err)
	}
	x, _, _ := s.Item(0, nil)
	if got := tensor.Data[float32](x); !slices.Equal(got, []float32{1, 0, 0, -1, -1, -1}) {
		t.Errorf("normalised to %v", got)
	}
}

func TestSubset(t *testing.T) {
	s, err := MNIST(Test)
	if err != nil {
		t.Fatal(err)
	}
	part := s.Subset([]int{5, 0, 5})
	if part.Len() != 3 || !slices.Equal(part.Image(0), s.Image(5)) || part.Label(1) != 7 || !slices.Equal(part.Image(2), s.Image(5)) || s.Len() != 10000 {
		t.Errorf("%d images with labels %v", part.Len(), part.Labels())
	}
	if err := datatest.TestDataset(part); err != nil {
		t.Error(err)
	}
}

func TestSetMisuse(t *testing.T) {
	s, err := MNIST(Test)
	if err != nil {
		t.Fatal(err)
	}
	for want, f := range map[string]func(){
		"Image of index 10000":    func() { s.Image(10000) },
		"Label of index -1":       func() { s.Label(-1) },
		"Collect of index -2":     func() { _, _, _ = s.Item(-2, nil) },
		"Subset of index 9999999": func() { s.Subset([]int{9999999}) },
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.IndexError); !ok || !strings.Contains(e.Error(), want) || !strings.Contains(e.Where, "mnist_test.go:") {
					t.Errorf("%s: %v", want, e)
				}
			}()
			f()
		}()
	}
}

// One epoch in shuffled batches, as the benchmark dataloader_mnist measures it.
func BenchmarkLoader(b *testing.B) {
	s, err := MNIST(Train)
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{0, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			l := data.NewLoader(s, data.LoaderOptions{BatchSize: 64, Shuffle: true, Workers: workers})
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range l.Batches(context.Background()) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
