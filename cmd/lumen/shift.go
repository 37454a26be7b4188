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
	shape := x.Shape()
	src := tensor.Data[float32](x)
	dst := make([]float32, len(src))
	s.move(dst, src, shape[0], shape[1], shape[2], rng)
	return tensor.FromSlice(dst, shape...), y, nil
}

// Collect is Item for a whole batch.
func (s *shifted) Collect(idx []int, rngs func(k int) *rand.Rand, b *data.Batch) error {
	if err := s.Collector.Collect(idx, rngs, b); err != nil {
		return err
	}
	shape := b.X.Shape()
	src := tensor.Data[float32](b.X)
	dst := make([]float32, len(src))
	size := shape[1] * shape[2] * shape[3]
	for k := range idx {
		s.move(dst[k*size:][:size], src[k*size:][:size], shape[1], shape[2], shape[3], rngs(k))
	}
	b.X = tensor.FromSlice(dst, shape...)
	return nil
}

// move copies one image of c channels to dst, moved by a random distance.
func (s *shifted) move(dst, src []float32, c, h, w int, rng *rand.Rand) {
	dy, dx := rng.IntN(2*maxShift+1)-maxShift, rng.IntN(2*maxShift+1)-maxShift
	for ch := range c {
		for y := range h {
			row := dst[(ch*h+y)*w:][:w]
			from := y - dy
			for x := range row {
				if col := x - dx; from >= 0 && from < h && col >= 0 && col < w {
					row[x] = src[(ch*h+from)*w+col]
				} else {
					row[x] = s.background
				}
			}
		}
	}
}
