package transforms

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// Resize makes an image or batch x h rows high and w columns wide, as torchvision.transforms.v2.functional.resize, and
// with [Area] as torch.nn.functional.interpolate. With antialias, [Bilinear] and [Bicubic] take the mean over as many more
// pixels as the image shrinks; the other modes do not change. Bytes are worked out in float32, rounded half to even and
// cut to 0 to 255; torchvision does so where a processor has no AVX.
func Resize(x *tensor.Tensor, h, w int, mode Interpolation, antialias bool) *tensor.Tensor {
	return functional(NewResize(h, w, mode, antialias), x)
}

// NewResize returns [Resize] as a transform. It panics with a *tensor.ShapeError unless h and w are at least 1.
func NewResize(h, w int, mode Interpolation, antialias bool) Transform {
	checkSize("Resize", "a resized image", h, w)
	return &resize{h, w, newScaler("Resize", mode, antialias)}
}

// ResizeShorter makes the shorter side of an image or batch x size pixels long and keeps the ratio of the sides, as
// torchvision's resize does when it is given one number. The other options are those of [Resize].
func ResizeShorter(x *tensor.Tensor, size int, mode Interpolation, antialias bool) *tensor.Tensor {
	return functional(NewResizeShorter(size, mode, antialias), x)
}

// NewResizeShorter returns [ResizeShorter] as a transform. It panics with a *tensor.ShapeError unless size is at least 1.
func NewResizeShorter(size int, mode Interpolation, antialias bool) Transform {
	checkSize("ResizeShorter", "a resized image", size, size)
	return &resize{size, 0, newScaler("ResizeShorter", mode, antialias)}
}

type resize struct {
	h, w int // w is 0 for the shorter side to be h
	scaler
}

func (s *resize) String() string {
	if s.w == 0 {
		return fmt.Sprintf("Resize(size=[%d], %v)", s.h, s.scaler)
	}
	return fmt.Sprintf("Resize(size=[%d, %d], %v)", s.h, s.w, s.scaler)
}
func (s *resize) random() bool { return false }

func (s *resize) plan(in format) (format, error) {
	out := format{in.bytes, in.c, s.h, s.w}
	if s.w == 0 {
		switch {
		case in.varies():
			out.h = 0
		case in.h <= in.w:
			out.w = s.h * in.w / in.h
		default:
			out.h, out.w = s.h*in.h/in.w, s.h
		}
	}
	return out, nil
}

func (s *resize) apply(w *work, to format) error {
	s.scale(w, 0, 0, w.im.h, w.im.w, to)
	return nil
}

// ResizedCrop cuts h x w pixels out of an image or batch x, from row top and column left on, and makes outH x outW of
// them, as torchvision.transforms.v2.functional.resized_crop. It panics with a *tensor.ShapeError if they do not all lie in
// the image.
func ResizedCrop(x *tensor.Tensor, top, left, h, w, outH, outW int, mode Interpolation, antialias bool) *tensor.Tensor {
	checkSize("ResizedCrop", "a crop", h, w)
	checkSize("ResizedCrop", "a resized image", outH, outW)
	return functional(&resizedCrop{top, left, h, w, resize{outH, outW, newScaler("ResizedCrop", mode, antialias)}}, x)
}

type resizedCrop struct {
	top, left, h, w int
	resize
}

func (s *resizedCrop) plan(in format) (format, error) {
	if s.top < 0 || s.left < 0 || s.top+s.h > in.h || s.left+s.w > in.w {
		return in, misfit("ResizedCrop", in, "the %d x %d pixels from row %d and column %d on do not all lie in the image", s.h, s.w, s.top, s.left)
	}
	return s.resize.plan(in)
}

func (s *resizedCrop) apply(w *work, to format) error {
	s.scale(w, s.top, s.left, s.h, s.w, to)
	return nil
}

// RandomResizedCropOptions say which parts are cut out; begin with [DefaultRandomResizedCrop].
type RandomResizedCropOptions struct {
	Scale         [2]float64    `json:"scale"` // the least and the greatest share of the image's area
	Ratio         [2]float64    `json:"ratio"` // the least and the greatest width by height
	Interpolation Interpolation `json:"interpolation"`
	Antialias     bool          `json:"antialias"`
}

// DefaultRandomResizedCrop returns torchvision's defaults: 8 to 100 % of the area, 3:4 to 4:3, bilinear, antialiased.
func DefaultRandomResizedCrop() RandomResizedCropOptions {
	return RandomResizedCropOptions{Scale: [2]float64{0.08, 1}, Ratio: [2]float64{3. / 4, 4. / 3}, Interpolation: Bilinear, Antialias: true}
}

// NewRandomResizedCrop returns the transform that makes h x w pixels of a random part of the image, as
// torchvision.transforms.v2.RandomResizedCrop: its share of the area is uniform, its ratio on a logarithmic scale; after
// ten draws that do not fit, the middle is taken. It panics with a *tensor.ShapeError if a number is out of its range.
func NewRandomResizedCrop(h, w int, o RandomResizedCropOptions) Transform {
	const op = "RandomResizedCrop"
	checkSize(op, "a resized image", h, w)
	if o.Scale == [2]float64{} || o.Ratio == [2]float64{} {
		panic(misuse(op, "Scale and Ratio must be set; begin with DefaultRandomResizedCrop()"))
	}
	checkRange(op, "Scale", o.Scale, 0, 1)
	checkRange(op, "Ratio", o.Ratio, 1e-6, 1e6)
	return &randomResizedCrop{o, resize{h, w, newScaler(op, o.Interpolation, o.Antialias)}}
}

type randomResizedCrop struct {
	o RandomResizedCropOptions
	resize
}

func (s *randomResizedCrop) String() string {
	return fmt.Sprintf("RandomResizedCrop(size=(%d, %d), scale=%v, ratio=%v, %v)", s.h, s.w, s.o.Scale, s.o.Ratio, s.scaler)
}
func (s *randomResizedCrop) random() bool { return true }

func (s *randomResizedCrop) apply(w *work, to format) error {
	top, left, height, width := s.draw(w)
	s.scale(w, top, left, height, width, to)
	return nil
}

// draw chooses the part.
func (s *randomResizedCrop) draw(w *work) (top, left, height, width int) {
	f := w.im.format
	for range 10 {
		width, height = w.rectangle(s.o.Scale, s.o.Ratio)
		if width > 0 && width <= f.w && height > 0 && height <= f.h {
			return w.rng.IntN(f.h - height + 1), w.rng.IntN(f.w - width + 1), height, width
		}
	}
	height, width = f.h, f.w
	switch ratio := float64(f.w) / float64(f.h); {
	case ratio < s.o.Ratio[0]:
		height = max(nearest(float64(f.w)/s.o.Ratio[0]), 1)
	case ratio > s.o.Ratio[1]:
		width = max(nearest(float64(f.h)*s.o.Ratio[1]), 1)
	}
	return (f.h - height) / 2, (f.w - width) / 2, height, width
}

// rectangle draws the sides of one that has a share of the image's area; their ratio is uniform on a logarithmic scale.
func (w *work) rectangle(share, ratio [2]float64) (a, b int) {
	area := float64(w.im.h*w.im.w) * w.uniform(share)
	r := math.Exp(w.uniform([2]float64{math.Log(ratio[0]), math.Log(ratio[1])}))
	return nearest(math.Sqrt(area * r)), nearest(math.Sqrt(area / r))
}

// nearest is the whole number nearest to x, of two the even one.
func nearest(x float64) int { return int(math.RoundToEven(x)) }

// scaler changes sizes.
type scaler struct {
	mode      Interpolation
	antialias bool
}

func newScaler(op string, mode Interpolation, antialias bool) scaler {
	checkInterpolation(op, mode, len(interpolationNames))
	return scaler{mode, antialias && (mode == Bilinear || mode == Bicubic)}
}

func (s scaler) String() string {
	return fmt.Sprintf("interpolation=%v, antialias=%t", s.mode, s.antialias)
}

// scale makes an image of format to of a part of the one at hand.
func (s scaler) scale(w *work, top, left, height, width int, to format) {
	if height == to.h && width == to.w {
		w.cutOut(to, top, left, Constant, nil)
		return
	}
	w.rows.set(sampling{s.mode, s.antialias, height, to.h})
	w.columns.set(sampling{s.mode, s.antialias, width, to.w})
	if s.mode == Nearest || s.mode == NearestExact {
		dst := w.next(to)
		if to.bytes {
			pick(dst.octets, w.im.octets, w.im.format, top, left, w.rows.start, w.columns.start)
		} else {
			pick(dst.floats, w.im.floats, w.im.format, top, left, w.rows.start, w.columns.start)
		}
		w.im = dst
		return
	}
	bytes := w.widen()
	to.bytes = false
	dst, lines := w.next(to), w.temporary(height*to.w)
	for c := range to.c {
		plane := w.im.plane(c)
		for y := range height {
			w.columns.along(lines[y*to.w:][:to.w], plane[(top+y)*w.im.w+left:][:width])
		}
		w.rows.across(dst.plane(c), lines, to.w)
	}
	w.im = dst
	w.round(bytes)
}

// pick takes the pixels at rows and columns, counted from top and left.
func pick[T uint8 | float32](dst, src []T, from format, top, left int, rows, columns []int) {
	for c := range from.c {
		for _, y := range rows {
			line := src[(c*from.h+top+y)*from.w+left:]
			for i, x := range columns {
				dst[i] = line[x]
			}
			dst = dst[len(columns):]
		}
	}
}

// along resizes one row.
func (t *taps) along(dst, x []float32) {
	weights := t.weights
	switch t.width {
	case 1:
		for i, at := range t.start {
			dst[i] = x[at] * weights[i]
		}
	case 2:
		for i, at := range t.start {
			dst[i] = x[at]*weights[2*i] + x[at+1]*weights[2*i+1]
		}
	case 3:
		for i, at := range t.start {
			a, v := (*[3]float32)(x[at:]), (*[3]float32)(weights[3*i:])
			dst[i] = a[0]*v[0] + a[1]*v[1] + a[2]*v[2]
		}
	case 4:
		for i, at := range t.start {
			a, v := (*[4]float32)(x[at:]), (*[4]float32)(weights[4*i:])
			dst[i] = a[0]*v[0] + a[1]*v[1] + a[2]*v[2] + a[3]*v[3]
		}
	default:
		for i, at := range t.start {
			sum := float32(0)
			window := x[at:][:t.width]
			for k, v := range weights[i*t.width:][:t.width] {
				sum += v * window[k]
			}
			dst[i] = sum
		}
	}
}

// across makes rows of w pixels out of rows of a resized height.
func (t *taps) across(dst, x []float32, w int) {
	for i, at := range t.start {
		row := dst[i*w:][:w]
		weights, x := t.weights[i*t.width:][:t.width], x[at*w:]
		if t.width == 1 {
			scaled(row, x[:w], weights[0])
			continue
		}
		mixed(row, x[:w], x[w:][:w], weights[0], weights[1])
		for k, v := range weights[2:] {
			if v != 0 {
				addScaled(row, x[(k+2)*w:][:w], v)
			}
		}
	}
}

func mixed(dst, a, b []float32, ofA, ofB float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, v := range a {
		dst[i] = v*ofA + b[i]*ofB
	}
}

func scaled(dst, x []float32, by float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = v * by
	}
}

func addScaled(dst, x []float32, by float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] += v * by
	}
}
