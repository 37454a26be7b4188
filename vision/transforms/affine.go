package transforms

import (
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// WarpOptions say how a rotation or an affine map reads the image.
type WarpOptions struct {
	// Interpolation is Nearest or Bilinear.
	Interpolation Interpolation `json:"interpolation"`
	// Fill is what lies outside the image: one value, or one for each channel. None is 0. As in torchvision, what a Bilinear
	// pixel on the edge has of the image counts by its share once more if there is a Fill.
	Fill []float64 `json:"fill,omitempty"`
	// Center is the fixed point, column and row, (0, 0) being the upper left corner; nil is the middle.
	Center *[2]float64 `json:"center,omitempty"`
}

// center is the fixed point as seen from the middle of an image.
func (o WarpOptions) center(f format) [2]float64 {
	if o.Center == nil {
		return [2]float64{}
	}
	return [2]float64{o.Center[0] - 0.5*float64(f.w), o.Center[1] - 0.5*float64(f.h)}
}

// checked is o with memory of its own; it panics if o cannot be.
func (o WarpOptions) checked(op string) WarpOptions {
	checkInterpolation(op, o.Interpolation, int(Bilinear)+1)
	if o.Center != nil {
		c := *o.Center
		if !finite(c[:]...) {
			panic(misuse(op, "Center must be finite, not %v", c))
		}
		o.Center = &c
	}
	o.Fill = slices.Clone(o.Fill)
	return o
}

func (o WarpOptions) String() string {
	s := fmt.Sprintf("interpolation=%v, fill=%v", o.Interpolation, o.Fill)
	if o.Center != nil {
		s += fmt.Sprintf(", center=%v", *o.Center)
	}
	return s
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Rotate turns an image or batch x by angle degrees counter-clockwise, as torchvision.transforms.v2.functional.rotate. With
// expand the result is as large as it takes to hold the whole image. Multiples of 90 degrees around the middle are exact
// where the image is square or expands.
func Rotate(x *tensor.Tensor, angle float64, expand bool, o WarpOptions) *tensor.Tensor {
	if !finite(angle) {
		panic(misuse("Rotate", "the angle must be finite, not %g degrees", angle))
	}
	return functional(&rotate{angle, expand, o.checked("Rotate")}, x)
}

type rotate struct {
	angle  float64
	expand bool
	o      WarpOptions
}

func (s *rotate) String() string {
	return fmt.Sprintf("Rotate(angle=%g, expand=%t, %v)", s.angle, s.expand, s.o)
}
func (s *rotate) random() bool { return false }

func (s *rotate) plan(in format) (format, error) {
	err := checkFill("Rotate", "Fill", s.o.Fill, in)
	if s.expand && !in.varies() && err == nil {
		in.h, in.w = rotatedSize(in, s.angle, s.o)
	}
	return in, err
}

func (s *rotate) apply(w *work, to format) error {
	w.rotate(to, s.angle, s.expand, s.o)
	return nil
}

// quarters is by how many right angles an image of the format is turned exactly, or -1.
func quarters(f format, angle float64, expand bool, o WarpOptions) int {
	angle = math.Mod(angle, 360)
	if angle < 0 {
		angle += 360
	}
	switch {
	case o.Center != nil:
		return -1
	case angle == 0 || angle == 180:
		return int(angle / 90)
	case (angle == 90 || angle == 270) && (expand || f.h == f.w):
		return int(angle / 90)
	}
	return -1
}

func rotation(f format, angle float64, o WarpOptions) [6]float64 {
	return inverseAffine(o.center(f), AffineParameters{Angle: -angle, Scale: 1})
}

// rotatedSize is the rows and columns that hold a whole rotated image. The corners are worked out in float32 and cut to
// four digits, as in torchvision.
func rotatedSize(f format, angle float64, o WarpOptions) (h, w int) {
	switch quarters(f, angle, true, o) {
	case 0, 2:
		return f.h, f.w
	case 1, 3:
		return f.w, f.h
	}
	m := rotation(f, angle, o)
	extent := func(a, b, c float64, half float32) int {
		low, high := float32(math.Inf(1)), float32(math.Inf(-1))
		for _, x := range []float32{-0.5 * float32(f.w), 0.5 * float32(f.w)} {
			for _, y := range []float32{-0.5 * float32(f.h), 0.5 * float32(f.h)} {
				v := x*float32(a) + y*float32(b) + float32(c)
				low, high = min(low, v), max(high, v)
			}
		}
		cut := func(v float32) float64 { return math.Trunc(float64(float32(v * 1e4))) }
		digits := func(v float64) float64 { return float64(float32(float32(v) * 1e-4)) }
		return int(math.Ceil(digits(cut(high+half))) - math.Floor(digits(cut(low+half))))
	}
	return extent(m[3], m[4], m[5], 0.5*float32(f.h)), extent(m[0], m[1], m[2], 0.5*float32(f.w))
}

func (w *work) rotate(to format, angle float64, expand bool, o WarpOptions) {
	turns := quarters(w.im.format, angle, expand, o)
	if turns < 0 {
		w.warp(to, rotation(w.im.format, angle, o), o)
		return
	}
	if turns == 0 {
		return
	}
	dst := w.next(to)
	if to.bytes {
		turn(dst.octets, w.im.octets, w.im.format, turns)
	} else {
		turn(dst.floats, w.im.floats, w.im.format, turns)
	}
	w.im = dst
}

// turn turns an image by so many right angles counter-clockwise.
func turn[T uint8 | float32](dst, src []T, f format, turns int) {
	// A pixel of the result lies in src at origin + row*down + column*right.
	h, w := f.h, f.w
	origin, down, right := (h-1)*w+w-1, -w, -1
	switch turns {
	case 1:
		h, w = f.w, f.h
		origin, down, right = f.w-1, -1, f.w
	case 3:
		h, w = f.w, f.h
		origin, down, right = (f.h-1)*f.w, 1, -f.w
	}
	for c := range f.c {
		plane := src[c*f.h*f.w:]
		for y := range h {
			at := origin + y*down
			row := dst[(c*h+y)*w:][:w]
			for x := range row {
				row[x] = plane[at]
				at += right
			}
		}
	}
}

// AffineParameters are an affine map: the image is sheared, scaled and turned around its fixed point, then moved.
type AffineParameters struct {
	Angle     float64    `json:"angle"`     // degrees, clockwise
	Translate [2]float64 `json:"translate"` // pixels to the right and down
	Scale     float64    `json:"scale"`     // above 0
	Shear     [2]float64 `json:"shear"`     // degrees along the rows and along the columns
}

// Affine maps an image or batch x, as torchvision.transforms.v2.functional.affine; the size stays. It panics with a
// *tensor.ShapeError if Scale is not above 0.
func Affine(x *tensor.Tensor, p AffineParameters, o WarpOptions) *tensor.Tensor {
	if !(p.Scale > 0) || !finite(p.Scale, p.Angle, p.Translate[0], p.Translate[1], p.Shear[0], p.Shear[1]) {
		panic(misuse("Affine", "Scale must be above 0 (1 keeps the size) and all numbers finite, not %+v", p))
	}
	return functional(&affine{p, o.checked("Affine")}, x)
}

type affine struct {
	p AffineParameters
	o WarpOptions
}

func (s *affine) String() string { return fmt.Sprintf("Affine(%+v, %v)", s.p, s.o) }
func (s *affine) random() bool   { return false }

func (s *affine) plan(in format) (format, error) {
	return in, checkFill("Affine", "Fill", s.o.Fill, in)
}

func (s *affine) apply(w *work, to format) error {
	w.warp(to, inverseAffine(s.o.center(w.im.format), s.p), s.o)
	return nil
}

// inverseAffine is the matrix [a b c; d e f] that brings a place of the result to one of the image, both measured from the
// middle, x to the right and y down. The map itself is T C R S Hy Hx C^-1: translation, centre, rotation, scale, shears.
func inverseAffine(center [2]float64, p AffineParameters) [6]float64 {
	angle, sx, sy := radians(p.Angle), radians(p.Shear[0]), radians(p.Shear[1])
	// R Hy Hx without the scale has determinant 1.
	a := math.Cos(angle-sy) / math.Cos(sy)
	b := -(a*math.Tan(sx) + math.Sin(angle))
	c := math.Sin(angle-sy) / math.Cos(sy)
	d := math.Cos(angle) - c*math.Tan(sx)
	m := [6]float64{d / p.Scale, -b / p.Scale, 0, -c / p.Scale, a / p.Scale, 0}
	x, y := center[0]+p.Translate[0], center[1]+p.Translate[1]
	m[2] = center[0] - m[0]*x - m[1]*y
	m[5] = center[1] - m[3]*x - m[4]*y
	return m
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// warp makes an image of format to whose pixels are read where m says.
func (w *work) warp(to format, m [6]float64, o WarpOptions) {
	if o.Interpolation == Nearest {
		dst := w.next(to)
		if to.bytes {
			warpNearest(dst.octets, to, w.im.octets, w.im.format, m, o.Fill)
		} else {
			warpNearest(dst.floats, to, w.im.floats, w.im.format, m, o.Fill)
		}
		w.im = dst
		return
	}
	bytes := w.widen()
	to.bytes = false
	dst := w.next(to)
	warpBilinear(dst.floats, to, w.im.floats, w.im.format, m, o.Fill)
	w.im = dst
	w.round(bytes)
}

// warpPlace is where in an image of h x w the pixel (x, y) of one of to reads, counted in pixels from its first one's
// centre.
func warpPlace(m *[6]float64, to, from format, x, y int) (sx, sy float64) {
	px, py := float64(x)-0.5*float64(to.w-1), float64(y)-0.5*float64(to.h-1)
	return m[0]*px + m[1]*py + m[2] + 0.5*float64(from.w-1), m[3]*px + m[4]*py + m[5] + 0.5*float64(from.h-1)
}

func warpNearest[T uint8 | float32](dst []T, to format, src []T, from format, m [6]float64, fill []float64) {
	size, plane := to.h*to.w, from.h*from.w
	for y := range to.h {
		for x := range to.w {
			sx, sy := warpPlace(&m, to, from, x, y)
			at, inside := 0, sx >= -0.5 && sy >= -0.5 && sx <= float64(from.w)-0.5 && sy <= float64(from.h)-0.5
			if inside { // a half goes to the even pixel, which may lie outside
				column, row := nearest(sx), nearest(sy)
				inside = column >= 0 && row >= 0 && column < from.w && row < from.h
				at = row*from.w + column
			}
			for c := range to.c {
				if inside {
					dst[c*size+y*to.w+x] = src[c*plane+at]
				} else {
					dst[c*size+y*to.w+x] = T(filling(fill, c))
				}
			}
		}
	}
}

func warpBilinear(dst []float32, to format, src []float32, from format, m [6]float64, fill []float64) {
	size, plane := to.h*to.w, from.h*from.w
	for y := range to.h {
		for x := range to.w {
			at := y*to.w + x
			sx, sy := warpPlace(&m, to, from, x, y)
			if !(sx > -1 && sy > -1 && sx < float64(from.w) && sy < float64(from.h)) {
				for c := range to.c {
					dst[c*size+at] = float32(filling(fill, c))
				}
				continue
			}
			left, top := math.Floor(sx), math.Floor(sy)
			fx, fy := float32(sx-left), float32(sy-top)
			column, row := int(left), int(top)
			if column >= 0 && row >= 0 && column+1 < from.w && row+1 < from.h {
				for c := range to.c {
					upper := src[c*plane+row*from.w+column:]
					lower := upper[from.w:]
					a := upper[0]*(1-fx) + upper[1]*fx
					b := lower[0]*(1-fx) + lower[1]*fx
					dst[c*size+at] = a*(1-fy) + b*fy
				}
				continue
			}
			// On the edge: the four pixels' places and weights; outside the image the weight is 0.
			var places [4]int
			var weights [4]float32
			share := float32(0)
			for k := range places {
				c, r := column+k&1, row+k>>1
				if c < 0 || r < 0 || c >= from.w || r >= from.h {
					continue
				}
				wx, wy := 1-fx, 1-fy
				if k&1 == 1 {
					wx = fx
				}
				if k>>1 == 1 {
					wy = fy
				}
				places[k], weights[k] = r*from.w+c, wx*wy
				share += weights[k]
			}
			for c := range to.c {
				p := src[c*plane:][:plane]
				v := p[places[0]]*weights[0] + p[places[1]]*weights[1] + p[places[2]]*weights[2] + p[places[3]]*weights[3]
				if len(fill) > 0 {
					f := float32(filling(fill, c))
					v = (v-f)*share + f
				}
				dst[c*size+at] = v
			}
		}
	}
}

// NewRandomRotation returns the transform that turns an image by an angle drawn evenly between two, in degrees
// counter-clockwise, as torchvision.transforms.v2.RandomRotation. With expand images come out in different sizes, to be
// followed by a crop or a Resize. It panics with a *tensor.ShapeError if from is above to.
func NewRandomRotation(from, to float64, expand bool, o WarpOptions) Transform {
	checkRange("RandomRotation", "the angles", [2]float64{from, to}, math.Inf(-1), math.Inf(1))
	return &randomRotation{[2]float64{from, to}, expand, o.checked("RandomRotation")}
}

type randomRotation struct {
	degrees [2]float64
	expand  bool
	o       WarpOptions
}

func (s *randomRotation) String() string {
	return fmt.Sprintf("RandomRotation(degrees=%v, expand=%t, %v)", s.degrees, s.expand, s.o)
}
func (s *randomRotation) random() bool { return true }

func (s *randomRotation) plan(in format) (format, error) {
	err := checkFill("RandomRotation", "Fill", s.o.Fill, in)
	if s.expand {
		in.h, in.w = 0, 0
	}
	return in, err
}

func (s *randomRotation) apply(w *work, to format) error {
	angle := w.uniform(s.degrees)
	if s.expand {
		to.h, to.w = rotatedSize(w.im.format, angle, s.o)
	}
	w.rotate(to, angle, s.expand, s.o)
	return nil
}

// RandomAffineOptions say between what an affine map is drawn.
type RandomAffineOptions struct {
	Degrees   [2]float64 `json:"degrees"`   // of the angle, clockwise
	Translate [2]float64 `json:"translate"` // at most this share of the width and of the height, either way
	Scale     [2]float64 `json:"scale"`     // of the factor; zeros mean 1
	Shear     [4]float64 `json:"shear"`     // degrees along the rows from, to, along the columns from, to
	WarpOptions
}

// NewRandomAffine returns the transform that maps an image by a random affine map, as
// torchvision.transforms.v2.RandomAffine; translations are whole pixels. It panics with a *tensor.ShapeError if a number
// is out of its range.
func NewRandomAffine(o RandomAffineOptions) Transform {
	const op = "RandomAffine"
	o.WarpOptions = o.checked(op)
	everywhere := math.Inf(1)
	if o.Scale == [2]float64{} {
		o.Scale = [2]float64{1, 1}
	}
	checkRange(op, "Degrees", o.Degrees, -everywhere, everywhere)
	checkRange(op, "Shear along the rows", [2]float64(o.Shear[:2]), -everywhere, everywhere)
	checkRange(op, "Shear along the columns", [2]float64(o.Shear[2:]), -everywhere, everywhere)
	checkRange(op, "Scale", o.Scale, 1e-6, everywhere)
	for _, share := range o.Translate {
		if !(share >= 0 && share <= 1) {
			panic(misuse(op, "Translate is shares of width and height, between 0 and 1, not %v", o.Translate))
		}
	}
	return &randomAffine{o}
}

type randomAffine struct{ o RandomAffineOptions }

func (s *randomAffine) String() string {
	return fmt.Sprintf("RandomAffine(degrees=%v, translate=%v, scale=%v, shear=%v, %v)",
		s.o.Degrees, s.o.Translate, s.o.Scale, s.o.Shear, s.o.WarpOptions)
}
func (s *randomAffine) random() bool { return true }

func (s *randomAffine) plan(in format) (format, error) {
	return in, checkFill("RandomAffine", "Fill", s.o.Fill, in)
}

func (s *randomAffine) apply(w *work, to format) error {
	w.warp(to, inverseAffine(s.o.center(w.im.format), s.draw(w)), s.o.WarpOptions)
	return nil
}

func (s *randomAffine) draw(w *work) AffineParameters {
	var p AffineParameters
	p.Angle = w.uniform(s.o.Degrees)
	for i, side := range []int{w.im.w, w.im.h} {
		most := s.o.Translate[i] * float64(side)
		p.Translate[i] = math.RoundToEven(w.uniform([2]float64{-most, most}))
	}
	p.Scale = w.uniform(s.o.Scale)
	p.Shear = [2]float64{w.uniform([2]float64(s.o.Shear[:2])), w.uniform([2]float64(s.o.Shear[2:]))}
	return p
}
