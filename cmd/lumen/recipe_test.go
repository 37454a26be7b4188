package main

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/transforms"
)

// TestAugmentation: black images stay black wherever they are moved, in every channel, and a white pixel in the
// middle comes to all 25 places around it.
func TestAugmentation(t *testing.T) {
	o := options{Preset: "mnist", Shape: []int{3, 9, 9}, Mean: []float64{0.5, 0.4, 0.3}, Std: []float64{0.25, 0.2, 0.1}}
	black := tensor.Concat(0, tensor.Full(-2, 1, 9, 9), tensor.Full(-2, 1, 9, 9), tensor.Full(-3, 1, 9, 9))
	move, rng := augmentation(o), rand.New(rand.NewPCG(1, 1))
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
	if len(places) != 25 {
		t.Errorf("the pixel came to %d places", len(places))
	}
}

// TestMirror: with cifar10 an image comes as it is and mirrored, about as often.
func TestMirror(t *testing.T) {
	o := options{Preset: "cifar10", Shape: []int{1, 9, 9}, Mean: []float64{0}, Std: []float64{1}}
	image := make([]float32, 81)
	image[4*9+4], image[4*9+5] = 1, 2
	x, rng := tensor.FromSlice(image, 1, 9, 9), rand.New(rand.NewPCG(1, 1))
	mirrored, seen := 0, 0
	for range 400 {
		got := tensor.Data[float32](transforms.Apply(augmentation(o), x, rng))
		one, two := slices.Index(got, 1), slices.Index(got, 2)
		if one < 0 || two < 0 {
			continue // at the edge
		}
		seen++
		switch two - one {
		case -1:
			mirrored++
		case 1:
		default:
			t.Fatalf("the pixels come to %d and %d", one, two)
		}
	}
	if mirrored < seen*2/5 || mirrored > seen*3/5 {
		t.Errorf("%d of %d are mirrored", mirrored, seen)
	}
}

// TestStatisticsFlag: the folder gets statistics unless none are wanted.
func TestStatisticsFlag(t *testing.T) {
	if p := (&trainFlags{StatsEvery: 50}).statistics(); p == nil || p.Every != 50 {
		t.Errorf("%+v", p)
	}
	if p := (&trainFlags{}).statistics(); p != nil {
		t.Errorf("%+v", p)
	}
	call(t, t.TempDir(), "train", "mnist", "--stats-every=-1").want(t, 2, "--stats-every -1", "0 for no statistics")
}
