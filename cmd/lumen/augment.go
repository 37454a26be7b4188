package main

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// augmentation is what is done at random to every image of a training set.
type augmentation struct {
	shift int       // by how many pixels it is moved at most, in each direction
	flip  bool      // whether every other one is mirrored, left to right
	fill  []float32 // what comes in at the edge, a value for each channel
}

// augment makes a set's images anew each time. A shift by up to n is what is elsewhere written as a padding of n and a
// crop of the old size at a random place.
func augment(set data.Collector, a augmentation) data.Dataset { return &augmented{set, a} }

type augmented struct {
	data.Collector
	augmentation
}

// Item returns an image, changed.
func (s *augmented) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	x, y, err = s.Collector.Item(i, rng)
	if err != nil {
		return nil, nil, err
	}
	x = x.Clone()
	shape := x.Shape()
	tensor.Edit(x, func(data []float32) { s.change(data, shape[0], shape[1], shape[2], rng) })
	return x, y, nil
}

// Collect is Item for a whole batch, whose images are changed where they are.
func (s *augmented) Collect(idx []int, rngs func(k int) *rand.Rand, b *data.Batch) error {
	if err := s.Collector.Collect(idx, rngs, b); err != nil {
		return err
	}
	shape := b.X.Shape()
	size := shape[1] * shape[2] * shape[3]
	tensor.Edit(b.X, func(data []float32) {
		for k := range idx {
			s.change(data[k*size:][:size], shape[1], shape[2], shape[3], rngs(k))
		}
	})
	return nil
}

// change moves and mirrors one image of c channels.
func (s *augmented) change(x []float32, c, h, w int, rng *rand.Rand) {
	dy, dx := rng.IntN(2*s.shift+1)-s.shift, rng.IntN(2*s.shift+1)-s.shift
	flip := s.flip && rng.IntN(2) == 1
	for ch := range c {
		plane := x[ch*h*w:][:h*w]
		move(plane, h, w, dy, dx, s.fill[ch])
		if flip {
			mirror(plane, w)
		}
	}
}

// move moves a plane down by dy and to the right by dx.
func move(plane []float32, h, w, dy, dx int, fill float32) {
	dy, dx = min(max(dy, -h), h), min(max(dx, -w), w)
	top, bottom := max(dy, 0), h+min(dy, 0)
	left, right := max(dx, 0), w+min(dx, 0)
	// All pixels move by as many places. What this carries from one row to another lands where the fill belongs.
	by := min(max(dy*w+dx, -h*w), h*w)
	copy(plane[max(by, 0):], plane[max(-by, 0):])
	blank(plane[:top*w], fill)
	blank(plane[bottom*w:], fill)
	for y := top; y < bottom; y++ {
		blank(plane[y*w:][:left], fill)
		blank(plane[y*w:][right:w], fill)
	}
}

func blank(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

// mirror turns every row of width w around.
func mirror(plane []float32, w int) {
	for ; len(plane) > 0; plane = plane[w:] {
		for i, j := 0, w-1; i < j; i, j = i+1, j-1 {
			plane[i], plane[j] = plane[j], plane[i]
		}
	}
}
