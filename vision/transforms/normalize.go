package transforms

import (
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// Normalize returns (x - mean) / std of a float32 image or batch x, with one value of each or one for each channel.
func Normalize(x *tensor.Tensor, mean, std []float64) *tensor.Tensor {
	return functional(NewNormalize(mean, std), x)
}

// NewNormalize returns [Normalize] as a transform, as torchvision.transforms.v2.Normalize. It panics with a
// *tensor.ShapeError if there is no mean or std, one is not finite or a std is not above 0.
func NewNormalize(mean, std []float64) Transform {
	s := &normalize{slices.Clone(mean), slices.Clone(std)}
	if len(mean) == 0 || len(std) == 0 {
		panic(misuse("Normalize", "a mean and a standard deviation are wanted, for all channels or for each"))
	}
	for _, v := range slices.Concat(mean, std) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			panic(misuse("Normalize", "mean %v and std %v must be finite", mean, std))
		}
	}
	for _, v := range std {
		if float32(v) <= 0 {
			panic(misuse("Normalize", "the standard deviations are divided by and must be above 0, not %v", std))
		}
	}
	return s
}

type normalize struct{ mean, std []float64 }

func (s *normalize) String() string { return fmt.Sprintf("Normalize(mean=%v, std=%v)", s.mean, s.std) }
func (s *normalize) random() bool   { return false }

func (s *normalize) plan(in format) (format, error) {
	if in.bytes {
		return in, &tensor.DTypeError{Op: "Normalize", DTypes: []tensor.DType{tensor.Uint8}, Where: tensor.Caller(),
			Want: "the mean is taken off float32 pixels; put NewToFloat before it"}
	}
	return in, s.check(in)
}

func (s *normalize) check(in format) error {
	if err := checkFill("Normalize", "mean", s.mean, format{c: in.c, h: in.h, w: in.w}); err != nil {
		return err
	}
	return checkFill("Normalize", "std", s.std, format{c: in.c, h: in.h, w: in.w})
}

func (s *normalize) apply(w *work, to format) error {
	from, dst := w.im, w.im
	if from.at != result { // saves the copy to there
		dst = w.next(to)
	}
	for c := range to.c {
		x := dst.plane(c)
		kernel.BinaryScalar(kernel.Sub, x, from.plane(c), float32(filling(s.mean, c)), false)
		kernel.BinaryScalar(kernel.Div, x, x, float32(filling(s.std, c)), false)
	}
	w.im = dst
	return nil
}

// ToFloat returns the bytes of a uint8 image or batch x by 255, as float32. Of float32 it is a copy.
func ToFloat(x *tensor.Tensor) *tensor.Tensor { return functional(NewToFloat(), x) }

// NewToFloat returns [ToFloat] as a transform: torchvision.transforms.v2.ToDtype(torch.float32, scale=True), which
// multiplies by 1/255, to within the last bit; and to the bit what torchvision.transforms.ToTensor does.
func NewToFloat() Transform { return &toFloat{} }

type toFloat struct{}

func (s *toFloat) String() string { return "ToFloat()" }
func (s *toFloat) random() bool   { return false }

func (s *toFloat) plan(in format) (format, error) {
	in.bytes = false
	return in, nil
}

func (s *toFloat) apply(w *work, to format) error {
	if w.im.bytes {
		dst := w.next(to)
		kernel.ConvertPixels(dst.floats, w.im.octets, 0, 1)
		w.im = dst
	}
	return nil
}

// fuse is a transform that gives the bits of first and second in one pass, or nil.
func fuse(first, second Transform) Transform {
	_, ok := first.(*toFloat)
	if n, is := second.(*normalize); ok && is {
		return &pixels{*n}
	}
	return nil
}

// pixels is toFloat and normalize.
type pixels struct{ normalize }

func (s *pixels) plan(in format) (format, error) {
	in.bytes = false
	return in, s.check(in)
}

func (s *pixels) apply(w *work, to format) error {
	if !w.im.bytes {
		return s.normalize.apply(w, to)
	}
	dst, plane := w.next(to), to.h*to.w
	for c := range to.c {
		kernel.ConvertPixels(dst.plane(c), w.im.octets[c*plane:][:plane], float32(filling(s.mean, c)), float32(filling(s.std, c)))
	}
	w.im = dst
	return nil
}
