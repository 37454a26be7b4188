package main

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// TestAugment holds a moved batch to cuts out of images padded with background, and a moved
// item to the batch; the set itself stays as it was.
func TestAugment(t *testing.T) {
	const n, c, h, w = 60, 2, 5, 7
	fill := []float32{-0.5, -0.25}
	pixels := make([]float32, n*c*h*w)
	for i := range pixels {
		pixels[i] = float32(i)
	}
	set := augment(data.NewTensors(tensor.FromSlice(pixels, n, c, h, w), nil), augmentation{shift: 2, flip: true, fill: fill}).(*augmented)
	stream := func(k int) *rand.Rand { return data.Stream(1, 0, k) }
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	seen := map[[2]int]bool{}
	flips := 0
	for range 2 {
		b := &data.Batch{Indices: indices}
		if err := set.Collect(indices, stream, b); err != nil {
			t.Fatal(err)
		}
		got := tensor.Data[float32](b.X)
		for k := range n {
			rng := stream(k)
			dy, dx := rng.IntN(5)-2, rng.IntN(5)-2
			flip := rng.IntN(2) == 1
			seen[[2]int{dy, dx}] = true
			if flip {
				flips++
			}
			for i := range c * h * w {
				ch, y, x := i/(h*w), i/w%h, i%w
				want := fill[ch]
				if flip {
					x = w - 1 - x
				}
				if y-dy >= 0 && y-dy < h && x-dx >= 0 && x-dx < w {
					want = pixels[((k*c+ch)*h+y-dy)*w+x-dx]
				}
				if got[k*c*h*w+i] != want {
					t.Fatalf("image %d moved by %d, %d: channel %d, row %d, column %d is %v, want %v", k, dy, dx, ch, y, x, got[k*c*h*w+i], want)
				}
			}
			item, _, err := set.Item(k, stream(k))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(tensor.Data[float32](item), got[k*c*h*w:][:c*h*w]) {
				t.Fatalf("item %d is not what the batch has", k)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d of 25 directions were tried", len(seen))
	}
	if flips < n/2 || flips > 3*n/2 {
		t.Errorf("%d of %d were mirrored", flips, 2*n)
	}
}
