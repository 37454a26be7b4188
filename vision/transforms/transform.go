package transforms

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/lumen-ml/lumen/tensor"
)

// Transform makes an image of an image. The functions of this package whose names begin with New make them, [Compose]
// joins them, [Apply] and [Dataset] use them. A Transform never changes: any number of goroutines may use one.
type Transform interface {
	// String is the transform with its settings, as torchvision writes it.
	String() string

	// plan is the format of what becomes of an image, or why such an image cannot be transformed.
	plan(in format) (format, error)
	// random reports whether apply draws.
	random() bool
	// apply transforms the image at hand, to the format that plan has promised for it.
	apply(w *work, to format) error
}

// Compose returns the transform that does ts one after the other, as torchvision.transforms.v2.Compose. None at all is
// the identity. It panics with a *tensor.ShapeError if one of them is nil.
func Compose(ts ...Transform) Transform {
	var steps []Transform
	for i, t := range ts {
		if t == nil {
			panic(misuse("Compose", "transform %d of %d is nil", i, len(ts)))
		}
		if inner, ok := t.(*compose); ok {
			steps = append(steps, inner.steps...)
		} else {
			steps = append(steps, t)
		}
	}
	c := &compose{steps: steps}
	for i := 0; i < len(steps); i++ {
		if i+1 < len(steps) {
			if fused := fuse(steps[i], steps[i+1]); fused != nil {
				c.run = append(c.run, fused)
				i++
				continue
			}
		}
		c.run = append(c.run, steps[i])
	}
	return c
}

type compose struct {
	steps []Transform // as given, without nesting
	run   []Transform // the same with pairs fused that give the same bits together
}

func (c *compose) String() string {
	names := make([]string, len(c.steps))
	for i, t := range c.steps {
		names[i] = t.String()
	}
	return "Compose(" + strings.Join(names, ", ") + ")"
}

func (c *compose) random() bool { return slices.ContainsFunc(c.run, Transform.random) }

func (c *compose) plan(f format) (format, error) {
	var err error
	for _, t := range c.run {
		if f, err = t.plan(f); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (c *compose) apply(w *work, _ format) error {
	for _, t := range c.run {
		if err := w.do(t); err != nil {
			return err
		}
	}
	return nil
}

// NewRandomApply returns the transform that does t with probability p and otherwise leaves the image as it is, as
// torchvision.transforms.v2.RandomApply. It panics with a *tensor.ShapeError if t is nil or p no probability.
func NewRandomApply(t Transform, p float64) Transform {
	if t == nil {
		panic(misuse("RandomApply", "the transform is nil"))
	}
	checkProbability("RandomApply", p)
	return &randomApply{t, p}
}

type randomApply struct {
	t Transform
	p float64
}

func (r *randomApply) String() string { return fmt.Sprintf("RandomApply(%v, p=%g)", r.t, r.p) }

func (r *randomApply) random() bool { return r.t.random() || chance(r.p) }

func (r *randomApply) plan(in format) (format, error) {
	out, err := r.t.plan(in)
	if err != nil || out == in {
		return out, err
	}
	if out.bytes != in.bytes || out.c != in.c {
		return out, misfit("RandomApply", in, "%v changes the channels or the element type: images with and without it cannot be in one batch", r.t)
	}
	in.h, in.w = 0, 0
	return in, nil
}

func (r *randomApply) apply(w *work, _ format) error {
	if !w.happens(r.p) {
		return nil
	}
	return w.do(r.t)
}

// Apply transforms an image [C, H, W], or each image of a batch [N, C, H, W], one after the other, all with draws from
// rng; rng may be nil if t draws nothing. Elements are float32 or uint8. The result is a new tensor without history.
//
// It panics with a *tensor.ShapeError or *tensor.DTypeError if such images cannot be transformed, or if those of a batch
// come out in different sizes.
func Apply(t Transform, x *tensor.Tensor, rng *rand.Rand) *tensor.Tensor {
	var rngs func(int) *rand.Rand
	if rng != nil {
		rngs = func(int) *rand.Rand { return rng }
	}
	return ApplyEach(t, x, rngs)
}

// ApplyEach is [Apply] with a stream for every image: image k of the batch, 0 in [C, H, W], draws from rngs(k).
func ApplyEach(t Transform, x *tensor.Tensor, rngs func(k int) *rand.Rand) *tensor.Tensor {
	y, err := transform(t, x, rngs)
	if err != nil {
		panic(err)
	}
	return y
}

// functional is Apply for transforms that draw nothing.
func functional(t Transform, x *tensor.Tensor) *tensor.Tensor { return ApplyEach(t, x, nil) }

// works is memory of transforms that are done.
var works = sync.Pool{New: func() any { return new(work) }}

func transform(t Transform, x *tensor.Tensor, rngs func(k int) *rand.Rand) (y *tensor.Tensor, err error) {
	in, n, err := formatOf(t, x)
	if err != nil {
		return nil, err
	}
	if err := checkStreams(t, rngs); err != nil {
		return nil, err
	}
	out, err := t.plan(in)
	if err != nil {
		return nil, err
	}
	shape := out.shape()
	if x.Dim() == 4 {
		shape = append([]int{n}, shape...)
	}
	var src memory
	if in.bytes {
		src.octets = tensor.Data[uint8](x)
	} else {
		src.floats = tensor.Data[float32](x)
	}
	w := works.Get().(*work)
	defer works.Put(w)
	switch {
	case !out.varies():
		y = refill(nil, out, shape, func(dst memory) { err = w.each(t, n, in, src, out, dst, false, rngs) })
	case n == 1:
		if err := w.begin(src.image(in, 0), rngs, 0).do(t); err != nil {
			return nil, err
		}
		copy(shape[len(shape)-2:], []int{w.im.h, w.im.w})
		y = refill(nil, w.im.format, shape, func(dst memory) { dst.image(w.im.format, 0).copy(w.im) })
	default:
		err = uneven(t, in)
	}
	return y, err
}

func uneven(t Transform, in format) error {
	return misfit("ApplyEach", in, "the images of a batch come out of %v in different sizes; end with a Resize or a crop, which give one size", t)
}
