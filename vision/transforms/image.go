package transforms

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// format is an image's element type and shape.
type format struct {
	bytes   bool // uint8 from 0 to 255, else float32
	c, h, w int  // rows and columns are 0 where they differ from image to image
}

func (f format) shape() []int { return []int{f.c, f.h, f.w} }
func (f format) size() int    { return f.c * f.h * f.w }
func (f format) varies() bool { return f.h == 0 || f.w == 0 }

// bound is the value of full brightness.
func (f format) bound() float32 {
	if f.bytes {
		return 255
	}
	return 1
}

// formatOf is the format of x's images and their number, or why x holds none.
func formatOf(t Transform, x *tensor.Tensor) (f format, n int, err error) {
	if t == nil {
		return f, 0, misuse("Apply", "the transform is nil")
	}
	if x == nil {
		return f, 0, misuse("Apply", "there is no image to transform: the tensor is nil")
	}
	shape := x.Shape()
	n = 1
	switch {
	case len(shape) == 4:
		n, shape = shape[0], shape[1:]
	case len(shape) != 3:
		return f, 0, &tensor.ShapeError{Op: "Apply", Shapes: [][]int{shape}, Where: tensor.Caller(),
			Want: "images are [channels, rows, columns], batches of them [images, channels, rows, columns]"}
	}
	f = format{x.DType() == tensor.Uint8, shape[0], shape[1], shape[2]}
	switch {
	case !f.bytes && x.DType() != tensor.Float32:
		return f, 0, &tensor.DTypeError{Op: "Apply", DTypes: []tensor.DType{x.DType()}, Where: tensor.Caller(),
			Want: "images are float32 or uint8; convert with To"}
	case f.size() == 0:
		return f, 0, misfit("Apply", f, "an image needs at least one channel, row and column")
	}
	return f, n, nil
}

// memory is pixels in row-major order, in the slice of their type.
type memory struct {
	floats []float32
	octets []uint8
}

// image is the k-th of images of one format that lie one behind the other.
func (m memory) image(f format, k int) image {
	n := f.size()
	im := image{format: f, at: given}
	if f.bytes {
		im.octets = m.octets[k*n:][:n]
	} else {
		im.floats = m.floats[k*n:][:n]
	}
	return im
}

// image is the pixels of one image.
type image struct {
	format
	memory
	at place
}

// copy takes the pixels of an image of the same format.
func (im image) copy(from image) {
	copy(im.floats, from.floats)
	copy(im.octets, from.octets)
}

// plane is channel c of a float image.
func (im image) plane(c int) []float32 { return im.floats[c*im.h*im.w:][:im.h*im.w] }

// edit calls f with the pixels of a tensor that is ours.
func edit(x *tensor.Tensor, f func(m memory)) {
	if x.DType() == tensor.Uint8 {
		tensor.Edit(x, func(data []uint8) { f(memory{octets: data}) })
	} else {
		tensor.Edit(x, func(data []float32) { f(memory{floats: data}) })
	}
}

// refill makes a tensor whose pixels f writes, in old's memory if possible.
func refill(old *tensor.Tensor, to format, shape []int, f func(m memory)) *tensor.Tensor {
	if to.bytes {
		return tensor.Refill(old, func(data []uint8) { f(memory{octets: data}) }, shape...)
	}
	return tensor.Refill(old, func(data []float32) { f(memory{floats: data}) }, shape...)
}

// place is where pixels lie.
type place int8

const (
	given  place = iota - 1 // somebody's, not to be written
	result                  // where they belong in the end
	spare                   // the work's own, as what is between this and places
	places = spare + 2
)

// work is one image on its way through the transforms, and memory that the next image uses again.
type work struct {
	rng  *rand.Rand
	im   image // as the transforms so far have left it
	room [places]memory

	rows, columns taps
	scratch       []float32
}

// begin takes image im, which draws from stream k.
func (w *work) begin(im image, rngs func(k int) *rand.Rand, k int) *work {
	w.im, w.room[result], w.rng = im, memory{}, nil
	if rngs != nil {
		w.rng = rngs(k)
	}
	return w
}

// each transforms n images of format in, which lie one behind the other in src, to out in dst. With inPlace dst is src.
func (w *work) each(t Transform, n int, in format, src memory, out format, dst memory, inPlace bool, rngs func(k int) *rand.Rand) error {
	if !t.random() {
		rngs = nil // making a stream takes time
	}
	for k := range n {
		w.begin(src.image(in, k), rngs, k)
		to := dst.image(out, k)
		w.room[result] = to.memory
		if inPlace {
			w.im.at = result
		}
		if err := w.do(t); err != nil {
			return err
		}
		if w.im.at != result {
			to.copy(w.im)
		}
	}
	w.im, w.room[result] = image{}, memory{} // the images' memory is not ours to keep
	return nil
}

// do runs one transform.
func (w *work) do(t Transform) error {
	to, err := t.plan(w.im.format)
	if err != nil {
		return err
	}
	return t.apply(w, to)
}

// next is memory for an image that the one at hand does not lie in, with arbitrary content.
func (w *work) next(f format) image {
	n := f.size()
	im := image{format: f}
	for p := result; p < places; p++ {
		if p == w.im.at {
			continue
		}
		m := &w.room[p]
		if p > result { // the work's own grows
			if f.bytes && len(m.octets) < n {
				m.octets = make([]uint8, n)
			}
			if !f.bytes && len(m.floats) < n {
				m.floats = make([]float32, n)
			}
		}
		if f.bytes && len(m.octets) >= n {
			im.octets, im.at = m.octets[:n], p
			break
		}
		if !f.bytes && len(m.floats) >= n {
			im.floats, im.at = m.floats[:n], p
			break
		}
	}
	return im
}

// own makes the image at hand one that may be written.
func (w *work) own() {
	if w.im.at == given {
		to := w.next(w.im.format)
		to.copy(w.im)
		w.im = to
	}
}

// temporary is n floats with arbitrary content, until the next call.
func (w *work) temporary(n int) []float32 {
	if len(w.scratch) < n {
		w.scratch = make([]float32, n)
	}
	return w.scratch[:n]
}

// widen makes bytes floats from 0 to 255 and reports whether they were bytes.
func (w *work) widen() bool {
	if !w.im.bytes {
		return false
	}
	f := w.im.format
	f.bytes = false
	to := w.next(f)
	kernel.Convert(to.floats, w.im.octets)
	w.im = to
	return true
}

// round makes bytes of floats again, if they were: the nearest, of two the even one.
func (w *work) round(were bool) {
	if were {
		w.own()
		kernel.Unary(kernel.Round, w.im.floats, w.im.floats, 0, 0)
		w.truncate(true)
	}
}

// truncate makes bytes of floats again, if they were: cut towards zero.
func (w *work) truncate(were bool) {
	if !were {
		return
	}
	f := w.im.format
	f.bytes = true
	to := w.next(f)
	for i, v := range w.im.floats {
		to.octets[i] = uint8(min(max(v, 0), 255))
	}
	w.im = to
}

// happens draws whether something of probability p happens.
func (w *work) happens(p float64) bool { return p >= 1 || p > 0 && w.rng.Float64() < p }

// chance reports whether p leaves it to chance.
func chance(p float64) bool { return p > 0 && p < 1 }

// uniform draws a number between two.
func (w *work) uniform(between [2]float64) float64 {
	return between[0] + (between[1]-between[0])*w.rng.Float64()
}
