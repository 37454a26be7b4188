package main

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/transforms"
)

// TestShiftsBringBlackIn: black images stay black wherever they are moved, in every channel, and a white pixel in the
// middle comes to all 25 places around it.
func TestShiftsBringBlackIn(t *testing.T) {
	o := options{Shape: []int{3, 9, 9}, Mean: []float64{0.5, 0.4, 0.3}, Std: []float64{0.25, 0.2, 0.1}}
	black := tensor.Concat(0, tensor.Full(-2, 1, 9, 9), tensor.Full(-2, 1, 9, 9), tensor.Full(-3, 1, 9, 9))
	move, rng := shifts(o), rand.New(rand.NewPCG(1, 1))
	places := map[int]bool{}
	for range 400 {
		if got := transforms.Apply(move, black, rng); got.Sub(black).Abs().MaxAll().Item() > 1e-6 {
			t.Fatalf("a black image became %v", got)
		}
		image := tensor.Data[float32](black)
		image[4*9+4] = 1
		moved := tensor.Data[float32](transforms.Apply(move, tensor.FromSlice(image, 3, 9, 9), rng))
		places[slices.Index(moved, 1)] = true
	}
	for y := 2; y <= 6; y++ {
		for x := 2; x <= 6; x++ {
			if !places[y*9+x] {
				t.Errorf("the pixel never came to row %d, column %d", y, x)
			}
		}
	}
	if len(places) != (2*maxShift+1)*(2*maxShift+1) {
		t.Errorf("the pixel came to %d places", len(places))
	}
}
