package transforms

import (
	"fmt"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// Erase writes value, one or one for each channel, none being 0, over the h x w pixels of an image or batch x from row top
// and column left on, as torchvision.transforms.v2.functional.erase. It panics with a *tensor.ShapeError if they do not all
// lie in the image.
func Erase(x *tensor.Tensor, top, left, h, w int, value ...float64) *tensor.Tensor {
	return functional(&erase{top, left, h, w, value}, x)
}

type erase struct {
	top, left, h, w int
	value           []float64
}

func (s *erase) String() string {
	return fmt.Sprintf("Erase(i=%d, j=%d, h=%d, w=%d, v=%v)", s.top, s.left, s.h, s.w, s.value)
}
func (s *erase) random() bool { return false }

func (s *erase) plan(in format) (format, error) {
	if min(s.top, s.left, s.h, s.w) < 0 || s.top+s.h > in.h || s.left+s.w > in.w {
		return in, misfit("Erase", in, "the %d x %d pixels from row %d and column %d on do not all lie in the image", s.h, s.w, s.top, s.left)
	}
	return in, checkFill("Erase", "the value", s.value, in)
}

func (s *erase) apply(w *work, _ format) error {
	w.erase(s.top, s.left, s.h, s.w, s.value)
	return nil
}

func (w *work) erase(top, left, height, width int, value []float64) {
	w.own()
	f := w.im.format
	for c := range f.c {
		v := filling(value, c)
		for y := top; y < top+height; y++ {
			at := (c*f.h+y)*f.w + left
			if f.bytes {
				paint(w.im.octets[at:][:width], uint8(v))
			} else {
				paint(w.im.floats[at:][:width], float32(v))
			}
		}
	}
}

// RandomErasingOptions say what is erased; begin with [DefaultRandomErasing].
type RandomErasingOptions struct {
	Scale [2]float64 `json:"scale"`           // the least and the greatest share of the image's area
	Ratio [2]float64 `json:"ratio"`           // the least and the greatest height by width
	Value []float64  `json:"value,omitempty"` // written over it: one, or one for each channel; none are 0
	Noise bool       `json:"noise"`           // instead, a normally distributed number for each pixel; of float32 images only
}

// DefaultRandomErasing returns torchvision's defaults: 2 to 33 % of the area, height by width 0.3 to 3.3, zeros.
func DefaultRandomErasing() RandomErasingOptions {
	return RandomErasingOptions{Scale: [2]float64{0.02, 0.33}, Ratio: [2]float64{0.3, 3.3}}
}

// NewRandomErasing returns the transform that with probability p writes over a random rectangle, as
// torchvision.transforms.v2.RandomErasing: its share of the area is uniform, its ratio on a logarithmic scale; after ten
// draws that do not fit the image stays. Zhong, Zheng, Kang, Li, Yang, "Random erasing data augmentation", AAAI 2020. It
// panics with a *tensor.ShapeError if a number is out of its range.
func NewRandomErasing(p float64, o RandomErasingOptions) Transform {
	const op = "RandomErasing"
	checkProbability(op, p)
	if o.Scale == [2]float64{} || o.Ratio == [2]float64{} {
		panic(misuse(op, "Scale and Ratio must be set; begin with DefaultRandomErasing()"))
	}
	checkRange(op, "Scale", o.Scale, 0, 1)
	checkRange(op, "Ratio", o.Ratio, 1e-6, 1e6)
	if o.Noise && o.Value != nil {
		panic(misuse(op, "Noise and a Value exclude each other"))
	}
	o.Value = slices.Clone(o.Value)
	return &randomErasing{p, o}
}

type randomErasing struct {
	p float64
	o RandomErasingOptions
}

func (s *randomErasing) String() string {
	value := fmt.Sprint(s.o.Value)
	if s.o.Noise {
		value = "random"
	}
	return fmt.Sprintf("RandomErasing(p=%g, scale=%v, ratio=%v, value=%s)", s.p, s.o.Scale, s.o.Ratio, value)
}
func (s *randomErasing) random() bool { return s.p > 0 }

func (s *randomErasing) plan(in format) (format, error) {
	if s.o.Noise && in.bytes {
		return in, &tensor.DTypeError{Op: "RandomErasing", DTypes: []tensor.DType{tensor.Uint8}, Where: tensor.Caller(),
			Want: "Noise has no meaning in bytes; put NewToFloat before it"}
	}
	return in, checkFill("RandomErasing", "Value", s.o.Value, in)
}

func (s *randomErasing) apply(w *work, _ format) error {
	if !w.happens(s.p) {
		return nil
	}
	f := w.im.format
	for range 10 {
		height, width := w.rectangle(s.o.Scale, s.o.Ratio)
		if height >= f.h || width >= f.w {
			continue
		}
		if !s.o.Noise {
			w.erase(w.rng.IntN(f.h-height+1), w.rng.IntN(f.w-width+1), height, width, s.o.Value)
			return nil
		}
		w.own()
		top, left := w.rng.IntN(f.h-height+1), w.rng.IntN(f.w-width+1)
		for c := range f.c {
			for y := top; y < top+height; y++ {
				row := w.im.floats[(c*f.h+y)*f.w+left:][:width]
				for x := range row {
					row[x] = float32(w.rng.NormFloat64())
				}
			}
		}
		return nil
	}
	return nil
}
