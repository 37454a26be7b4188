package main

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// maxShift is by how many pixels an image is moved at most, in each direction.
const maxShift = 2

// shift moves every image of a set by a random number of pixels along each axis. What
// comes in at the edge is the background.
func shift(set data.Collector, background float32) data.Dataset {
	return &shifted{set, background}
}

type shifted struct {
	data.Collector
	background float32
}

// Item returns an image, moved.
func (s *shifted) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	x, y, err = s.Collector.Item(i, rng)
	if err != nil {
		return nil, nil, err
	}
	x = x.Clone()
	shape := x.Shape()
	tensor.Edit(x, func(data []float32) { s.move(data, shape[0], shape[1], shape[2], rng) })
	return x, y, nil
}

// Collect is Item for a whole batch, whose images are moved where they are.
func (s *shifted) Collect(idx []int, rngs func(k int) *rand.Rand, b *data.Batch) error {
	if err := s.Collector.Collect(idx, rngs, b); err != nil {
		return err
	}
	shape := b.X.Shape()
	size := shape[1] * shape[2] * shape[3]
	tensor.Edit(b.X, func(data []float32) {
		for k := range idx {
			s.move(data[k*size:][:size], shape[1], shape[2], shape[3], rngs(k))
		}
	})
	return nil
}

// move moves one image of c channels by a random distance.
func (s *shifted) move(x []float32, c, h, w int, rng *rand.Rand) {
	dy, dx := rng.IntN(2*maxShift+1)-maxShift, rng.IntN(2*maxShift+1)-maxShift
	top, bottom := max(dy, 0), h+min(dy, 0)
	left, right := max(dx, 0), w+min(dx, 0)
	for ch := range c {
		plane := x[ch*h*w:][:h*w]
		// All pixels move by as many places. What this carries from one row to another
		// lands where background belongs.
		by := dy*w + dx
		copy(plane[max(by, 0):], plane[max(-by, 0):])
		s.blank(plane[:top*w])
		s.blank(plane[bottom*w:])
		for y := top; y < bottom; y++ {
			s.blank(plane[y*w:][:left])
			s.blank(plane[y*w:][right:w])
		}
	}
}

func (s *shifted) blank(x []float32) {
	for i := range x {
		x[i] = s.background
	}
}
