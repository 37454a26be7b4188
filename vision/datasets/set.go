package datasets

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// Set is a set of labelled images of one size, kept in memory as bytes. It is a data.Collector; any number of
// goroutines may use it.
type Set struct {
	pixels  []byte // [n, channels, height, width]
	labels  []byte // [n]
	shape   [3]int // channels, height, width
	size    int    // pixels of an image
	classes []string
	o       Options
	scales  []scale // one a channel
}

var _ data.Collector = (*Set)(nil)

// newSet checks that labels and images fit together. name stands in errors.
func newSet(name string, pixels, labels []byte, shape [3]int, classes []string, o Options) (*Set, error) {
	s := &Set{pixels: pixels, labels: labels, shape: shape, size: shape[0] * shape[1] * shape[2], classes: classes, o: o}
	if o.Classes != nil {
		s.classes = slices.Clone(o.Classes)
	}
	if len(labels)*s.size != len(pixels) {
		return nil, fmt.Errorf("datasets: %s: %d labels for %d images", name, len(labels), len(pixels)/s.size)
	}
	for i, l := range labels {
		if int(l) >= len(s.classes) {
			return nil, fmt.Errorf("datasets: %s: image %d has label %d, there are %d classes, counted from 0", name, i, l, len(s.classes))
		}
	}
	var err error
	s.scales, err = o.scales(shape[0])
	return s, err
}

// Subset returns the set of the images idx in that order, with memory of its own. It panics with a *tensor.IndexError if
// there is no such image.
func (s *Set) Subset(idx []int) *Set {
	part := *s
	part.pixels = make([]byte, 0, len(idx)*s.size)
	part.labels = make([]byte, 0, len(idx))
	for _, i := range idx {
		s.check("Subset", i)
		part.pixels = append(part.pixels, s.Image(i)...)
		part.labels = append(part.labels, s.labels[i])
	}
	return &part
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.labels) }

// Shape returns an image's shape: channels, height, width.
func (s *Set) Shape() []int { return slices.Clone(s.shape[:]) }

// Classes returns the names of the classes; label l is Classes()[l].
func (s *Set) Classes() []string { return slices.Clone(s.classes) }

// Options returns the options in force, with the set's own normalisation where none was given.
func (s *Set) Options() Options { return s.o }

// Images returns all pixels, [Len(), channels, height, width] in row-major order, 0 to 255. The memory is shared: it
// must not be changed.
func (s *Set) Images() []byte { return s.pixels }

// Labels returns all labels. The memory is shared: it must not be changed.
func (s *Set) Labels() []byte { return s.labels }

// Image returns the pixels of image i, [channels, height, width] in row-major order. The memory is shared: it must not
// be changed. It panics with a *tensor.IndexError if there is no image i.
func (s *Set) Image(i int) []byte {
	s.check("Image", i)
	return s.pixels[i*s.size : (i+1)*s.size : (i+1)*s.size]
}

// Label returns the class of image i. It panics with a *tensor.IndexError if there is no image i.
func (s *Set) Label(i int) int {
	s.check("Label", i)
	return int(s.labels[i])
}

// Item returns image i, float32 [channels, height, width] normalised (uint8 with Options.Raw), and its class, an int64
// scalar. rng is not used. It panics with a *tensor.IndexError if there is no image i; err is always nil.
func (s *Set) Item(i int, _ *rand.Rand) (x, y *tensor.Tensor, err error) {
	b := &data.Batch{}
	if err := s.Collect([]int{i}, nil, b); err != nil {
		return nil, nil, err
	}
	return b.X.Reshape(s.shape[:]...), b.Y.Reshape([]int{}...), nil
}

// Collect makes a batch of the images idx: X [len(idx), channels, height, width], Y int64 [len(idx)].
func (s *Set) Collect(idx []int, _ func(k int) *rand.Rand, b *data.Batch) error {
	for _, i := range idx {
		s.check("Collect", i)
	}
	shape := []int{len(idx), s.shape[0], s.shape[1], s.shape[2]}
	if s.o.Raw {
		b.X = tensor.Refill(b.X, func(x []uint8) {
			for k, i := range idx {
				copy(x[k*s.size:], s.Image(i))
			}
		}, shape...)
	} else {
		b.X = tensor.Refill(b.X, func(x []float32) {
			for k, i := range idx {
				s.normalise(x[k*s.size:][:s.size], s.Image(i))
			}
		}, shape...)
	}
	b.Y = tensor.Refill(b.Y, func(y []int64) {
		for k, i := range idx {
			y[k] = int64(s.labels[i])
		}
	}, len(idx))
	return nil
}

// normalise does an image channel by channel.
func (s *Set) normalise(x []float32, pixels []byte) {
	plane := s.shape[1] * s.shape[2]
	for c, by := range s.scales {
		kernel.ConvertPixels(x[c*plane:][:plane], pixels[c*plane:], by.mean, by.std)
	}
}

func (s *Set) check(op string, i int) {
	if i < 0 || i >= len(s.labels) {
		panic(&tensor.IndexError{Op: op, Index: i, Shape: []int{len(s.labels)},
			Want: fmt.Sprintf("the set has %d images, counted from 0", len(s.labels)), Where: tensor.Caller()})
	}
}
