package transforms

import (
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// cutOut copies the h x w pixels from row top and column left on out of a larger, endless image: src in its middle, and
// around it what mode says.
func (w *work) cutOut(to format, top, left int, mode PaddingMode, fill []float64) {
	if top == 0 && left == 0 && to == w.im.format {
		return
	}
	if to == w.im.format && mode == Constant {
		w.shift(top, left, fill)
		return
	}
	from, dst := w.im, w.next(to)
	if to.bytes {
		cutOut(dst.octets, to, from.octets, from.format, top, left, mode, fill)
	} else {
		cutOut(dst.floats, to, from.floats, from.format, top, left, mode, fill)
	}
	w.im = dst
}

func cutOut[T uint8 | float32](dst []T, to format, src []T, from format, top, left int, mode PaddingMode, fill []float64) {
	// Columns lo to hi of a row lie in the image.
	lo := min(max(-left, 0), to.w)
	hi := min(max(from.w-left, lo), to.w)
	for c := range to.c {
		background := T(filling(fill, c))
		plane := src[c*from.h*from.w:][:from.h*from.w]
		for y := range to.h {
			row := dst[(c*to.h+y)*to.w:][:to.w]
			at := mode.at(top+y, from.h)
			if at < 0 {
				paint(row, background)
				continue
			}
			line := plane[at*from.w:][:from.w]
			if lo < hi {
				copy(row[lo:hi], line[left+lo:])
			}
			if mode == Constant {
				paint(row[:lo], background)
				paint(row[hi:], background)
				continue
			}
			for x := range lo {
				row[x] = line[mode.at(left+x, from.w)]
			}
			for x := hi; x < to.w; x++ {
				row[x] = line[mode.at(left+x, from.w)]
			}
		}
	}
}

// shift is cutOut of an image's own size, with the image moved where it lies if it may be written.
func (w *work) shift(top, left int, fill []float64) {
	from, dst := w.im, w.im
	if from.at == given {
		dst = w.next(from.format)
	}
	if from.bytes {
		shift(dst.octets, from.octets, from.format, top, left, fill)
	} else {
		shift(dst.floats, from.floats, from.format, top, left, fill)
	}
	w.im = dst
}

func shift[T uint8 | float32](dst, src []T, f format, top, left int, fill []float64) {
	plane := f.h * f.w
	above, below := min(max(-top, 0), f.h), max(f.h-max(top, 0), 0) // rows of the result that lie in the image
	lo, hi := min(max(-left, 0), f.w), max(f.w-max(left, 0), 0)     // and columns
	for c := range f.c {
		to, from, background := dst[c*plane:][:plane], src[c*plane:][:plane], T(filling(fill, c))
		if above >= below || lo >= hi {
			paint(to, background)
			continue
		}
		// All pixels move by as many places. What this carries from one row to another lands where background belongs.
		first, last := above*f.w+lo, (below-1)*f.w+hi
		by := top*f.w + left
		copy(to[first:last], from[first+by:])
		paint(to[:above*f.w], background)
		paint(to[below*f.w:], background)
		for y := above; y < below; y++ {
			row := to[y*f.w:][:f.w]
			for x := range lo {
				row[x] = background
			}
			for x := hi; x < len(row); x++ {
				row[x] = background
			}
		}
	}
}

func paint[T any](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}

// Crop cuts h x w pixels out of an image or batch x, from row top and column left on. What lies outside is 0, as in
// torchvision.transforms.v2.functional.crop.
func Crop(x *tensor.Tensor, top, left, h, w int) *tensor.Tensor {
	checkSize("Crop", "a crop", h, w)
	return functional(&crop{top, left, h, w}, x)
}

type crop struct{ top, left, h, w int }

func (s *crop) String() string {
	return fmt.Sprintf("Crop(top=%d, left=%d, size=(%d, %d))", s.top, s.left, s.h, s.w)
}
func (s *crop) random() bool { return false }

func (s *crop) plan(in format) (format, error) { return format{in.bytes, in.c, s.h, s.w}, nil }

func (s *crop) apply(w *work, to format) error {
	w.cutOut(to, s.top, s.left, Constant, nil)
	return nil
}

// CenterCrop cuts the middle h x w pixels out of an image or batch x, as torchvision.transforms.v2.CenterCrop: of an odd
// rest, halves are rounded to the even number; a smaller image is padded with 0 first.
func CenterCrop(x *tensor.Tensor, h, w int) *tensor.Tensor { return functional(NewCenterCrop(h, w), x) }

// NewCenterCrop returns [CenterCrop] as a transform. It panics with a *tensor.ShapeError unless h and w are at least 1.
func NewCenterCrop(h, w int) Transform {
	checkSize("CenterCrop", "a crop", h, w)
	return &centerCrop{h, w}
}

type centerCrop struct{ h, w int }

func (s *centerCrop) String() string { return fmt.Sprintf("CenterCrop(size=(%d, %d))", s.h, s.w) }
func (s *centerCrop) random() bool   { return false }

func (s *centerCrop) plan(in format) (format, error) { return format{in.bytes, in.c, s.h, s.w}, nil }

func (s *centerCrop) apply(w *work, to format) error {
	w.cutOut(to, middle(w.im.h, s.h), middle(w.im.w, s.w), Constant, nil)
	return nil
}

// middle is where a crop of m out of n pixels begins; below 0 by how much padding goes before.
func middle(n, m int) int {
	if m > n {
		return -((m - n) / 2)
	}
	return int(math.RoundToEven(float64(n-m) / 2))
}

// Pad puts pixels around an image or batch x. With [Constant] they are fill, one value or one for each channel, none
// being 0. As torchvision.transforms.v2.Pad, with this difference: a mirrored image goes on being mirrored where the
// padding is larger than it.
func Pad(x *tensor.Tensor, left, top, right, bottom int, mode PaddingMode, fill ...float64) *tensor.Tensor {
	return functional(NewPad(left, top, right, bottom, mode, fill...), x)
}

// NewPad returns [Pad] as a transform. It panics with a *tensor.ShapeError if a number of pixels is negative.
func NewPad(left, top, right, bottom int, mode PaddingMode, fill ...float64) Transform {
	checkMode("Pad", mode)
	if min(left, top, right, bottom) < 0 {
		panic(misuse("Pad", "the padding must not be negative, it is %d, %d, %d, %d; Crop cuts off", left, top, right, bottom))
	}
	return &pad{left, top, right, bottom, mode, slices.Clone(fill)}
}

type pad struct {
	left, top, right, bottom int
	mode                     PaddingMode
	fill                     []float64
}

func (s *pad) String() string {
	return fmt.Sprintf("Pad(padding=[%d, %d, %d, %d], fill=%v, padding_mode=%v)", s.left, s.top, s.right, s.bottom, s.fill, s.mode)
}
func (s *pad) random() bool { return false }

func (s *pad) plan(in format) (format, error) {
	if err := checkFill("Pad", "fill", s.fill, in); err != nil {
		return in, err
	}
	if !in.varies() {
		in.h, in.w = s.top+in.h+s.bottom, s.left+in.w+s.right
	}
	return in, nil
}

func (s *pad) apply(w *work, to format) error {
	w.cutOut(to, -s.top, -s.left, s.mode, s.fill)
	return nil
}

// RandomCropOptions say how an image is padded before a part is cut out.
type RandomCropOptions struct {
	Padding     int         `json:"padding"`       // pixels on every side
	PaddingLTRB [4]int      `json:"padding_ltrb"`  // left, top, right, bottom; used when non-zero
	PadIfNeeded bool        `json:"pad_if_needed"` // pad more where the image is smaller than the crop
	PaddingMode PaddingMode `json:"padding_mode"`
	Fill        []float64   `json:"fill,omitempty"` // of Constant: one value, or one for each channel; none are 0
}

// NewRandomCrop returns the transform that pads an image and cuts h x w pixels out at a random place, every one being
// equally likely, as torchvision.transforms.v2.RandomCrop. With Padding p and the image's own size it shifts the image by
// up to p pixels.
//
// It panics with a *tensor.ShapeError if a size is not positive or a padding is negative; images that are smaller than the
// crop are refused when they come.
func NewRandomCrop(h, w int, o RandomCropOptions) Transform {
	checkSize("RandomCrop", "a crop", h, w)
	checkMode("RandomCrop", o.PaddingMode)
	if o.PaddingLTRB == [4]int{} {
		o.PaddingLTRB = [4]int{o.Padding, o.Padding, o.Padding, o.Padding}
	}
	if p := o.PaddingLTRB; min(p[0], p[1], p[2], p[3]) < 0 {
		panic(misuse("RandomCrop", "the padding must not be negative, it is %v", p))
	}
	o.Fill = slices.Clone(o.Fill)
	return &randomCrop{h, w, o}
}

type randomCrop struct {
	h, w int
	o    RandomCropOptions
}

func (s *randomCrop) String() string {
	p := s.o.PaddingLTRB
	return fmt.Sprintf("RandomCrop(size=(%d, %d), padding=[%d, %d, %d, %d], pad_if_needed=%t, fill=%v, padding_mode=%v)",
		s.h, s.w, p[0], p[1], p[2], p[3], s.o.PadIfNeeded, s.o.Fill, s.o.PaddingMode)
}
func (s *randomCrop) random() bool { return true }

// padded is where the padded image begins and how many rows and columns it has.
func (s *randomCrop) padded(f format) (top, left, h, w int) {
	left, top = -s.o.PaddingLTRB[0], -s.o.PaddingLTRB[1]
	h, w = f.h-top+s.o.PaddingLTRB[3], f.w-left+s.o.PaddingLTRB[2]
	if s.o.PadIfNeeded {
		if d := s.h - h; d > 0 {
			top, h = top-d, h+2*d
		}
		if d := s.w - w; d > 0 {
			left, w = left-d, w+2*d
		}
	}
	return top, left, h, w
}

func (s *randomCrop) plan(in format) (format, error) {
	if err := checkFill("RandomCrop", "Fill", s.o.Fill, in); err != nil {
		return in, err
	}
	if _, _, h, w := s.padded(in); !in.varies() && (h < s.h || w < s.w) {
		return in, misfit("RandomCrop", in, "a crop of %d x %d does not fit into the image, which has %d x %d with its padding; "+
			"set Padding or PadIfNeeded, or Resize before", s.h, s.w, h, w)
	}
	return format{in.bytes, in.c, s.h, s.w}, nil
}

func (s *randomCrop) apply(w *work, to format) error {
	top, left, height, width := s.padded(w.im.format)
	if height > s.h {
		top += w.rng.IntN(height - s.h + 1)
	}
	if width > s.w {
		left += w.rng.IntN(width - s.w + 1)
	}
	w.cutOut(to, top, left, s.o.PaddingMode, s.o.Fill)
	return nil
}
