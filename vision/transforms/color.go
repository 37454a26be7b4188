package transforms

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/tensor"
)

// AdjustBrightness multiplies an image or batch x, grey or RGB, by factor, at least 0, and cuts to 0 to 1 (bytes: 255), as
// torchvision.transforms.v2.functional.adjust_brightness. Like all colours here it works on pixels from 0 to 1, so before
// they are normalised. Bytes are cut towards zero as torchvision does.
func AdjustBrightness(x *tensor.Tensor, factor float64) *tensor.Tensor {
	return functional(newAdjust("AdjustBrightness", brightness, factor), x)
}

// AdjustContrast moves an image or batch x, grey or RGB, towards the mean of its grey (factor 0) or away from it (above
// 1), as torchvision.transforms.v2.functional.adjust_contrast. Each image of a batch has its own mean.
func AdjustContrast(x *tensor.Tensor, factor float64) *tensor.Tensor {
	return functional(newAdjust("AdjustContrast", contrast, factor), x)
}

// AdjustSaturation moves an RGB image or batch x towards its grey (factor 0) or away from it (above 1), as
// torchvision.transforms.v2.functional.adjust_saturation. Grey images stay.
func AdjustSaturation(x *tensor.Tensor, factor float64) *tensor.Tensor {
	return functional(newAdjust("AdjustSaturation", saturation, factor), x)
}

// AdjustHue turns the hue of an RGB image or batch x by factor of the whole circle, -0.5 to 0.5, as
// torchvision.transforms.v2.functional.adjust_hue. Grey images stay.
func AdjustHue(x *tensor.Tensor, factor float64) *tensor.Tensor {
	return functional(newAdjust("AdjustHue", hue, factor), x)
}

// property is one of the four of a colour that a jitter changes.
type property uint8

const (
	brightness property = iota
	contrast
	saturation
	hue
	properties
)

type adjust struct {
	name   string
	what   property
	factor float64
}

func newAdjust(op string, what property, factor float64) *adjust {
	switch {
	case what == hue && !(factor >= -0.5 && factor <= 0.5):
		panic(misuse(op, "the factor must lie between -0.5 and 0.5, not be %g", factor))
	case what != hue && (!(factor >= 0) || math.IsInf(factor, 0)):
		panic(misuse(op, "the factor must be 0 or more (1 changes nothing), not %g", factor))
	}
	return &adjust{op, what, factor}
}

func (s *adjust) String() string                 { return fmt.Sprintf("%s(%g)", s.name, s.factor) }
func (s *adjust) random() bool                   { return false }
func (s *adjust) plan(in format) (format, error) { return in, checkColours(s.name, in) }

func (s *adjust) apply(w *work, _ format) error {
	w.adjust(s.what, float32(s.factor))
	return nil
}

// adjust changes one property of the image at hand. Bytes are floats from 0 to 255 meanwhile.
func (w *work) adjust(what property, factor float32) {
	if w.im.c == 1 && (what == saturation || what == hue) {
		return
	}
	bound, bytes := w.im.bound(), w.widen()
	w.own()
	x := w.im.floats
	switch what {
	case brightness:
		kernel.Unary(kernel.MulScalar, x, x, float64(factor), 0)
		kernel.Unary(kernel.Clamp, x, x, 0, float64(bound))
	case contrast:
		grey := x
		if w.im.c == 3 {
			grey = w.grey(bytes)
		}
		mean64, _ := kernel.MeanVar(grey)
		mean := float32(mean64)
		kernel.Unary(kernel.MulScalar, x, x, float64(factor), 0)
		kernel.Unary(kernel.AddScalar, x, x, float64(mean*(1-factor)), 0)
		kernel.Unary(kernel.Clamp, x, x, 0, float64(bound))
	case saturation:
		grey := w.grey(bytes)
		for c := range 3 {
			plane := w.im.plane(c)
			for i, g := range grey {
				plane[i] = min(max(plane[i]*factor+g*(1-factor), 0), bound)
			}
		}
	case hue:
		if bytes {
			kernel.Unary(kernel.MulScalar, x, x, 1./255, 0)
		}
		turnHue(w.im.plane(0), w.im.plane(1), w.im.plane(2), factor)
		if bytes {
			kernel.Unary(kernel.MulScalar, x, x, 256-1e-3, 0) // 1 becomes 255, and every byte has an equal share
		}
	}
	w.truncate(bytes)
}

// grey is the luma of the RGB image at hand, of Rec. 601 with torchvision's four digits; of bytes whole numbers.
func (w *work) grey(whole bool) []float32 {
	y := w.temporary(w.im.h * w.im.w)
	luma(y, w.im.plane(0), w.im.plane(1), w.im.plane(2))
	if whole {
		kernel.Unary(kernel.Floor, y, y, 0, 0)
	}
	return y
}

func luma(y, r, g, b []float32) {
	r, g, b = r[:len(y)], g[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = 0.2989*r[i] + 0.587*g[i] + 0.114*b[i]
	}
}

// turnHue adds to the hue of RGB pixels, by way of HSV: A. R. Smith, "Color gamut transform pairs", SIGGRAPH 1978.
func turnHue(red, green, blue []float32, by float32) {
	green, blue = green[:len(red)], blue[:len(red)]
	for i, r := range red {
		g, b := green[i], blue[i]
		most, least := max(r, g, b), min(r, g, b)
		span := most - least
		if span == 0 {
			continue // a grey pixel has no hue
		}
		h := float32(0)
		switch toRed, toGreen, toBlue := (most-r)/span, (most-g)/span, (most-b)/span; most {
		case r:
			h = toBlue - toGreen
		case g:
			h = 2 + toRed - toBlue
		default:
			h = 4 + toGreen - toRed
		}
		h = fraction(fraction(h*(1./6)+1) + by)
		s := span / most
		sector := float32(math.Floor(float64(h * 6)))
		f := h*6 - sector
		p := unit(most * (1 - s))
		q := unit(most * (1 - s*f))
		t := unit(most * (1 - s + s*f))
		switch int(sector) % 6 {
		case 0:
			r, g, b = most, t, p
		case 1:
			r, g, b = q, most, p
		case 2:
			r, g, b = p, most, t
		case 3:
			r, g, b = p, q, most
		case 4:
			r, g, b = t, p, most
		case 5:
			r, g, b = most, p, q
		}
		red[i], green[i], blue[i] = r, g, b
	}
}

// fraction is x less the whole number below it.
func fraction(x float32) float32 { return x - float32(math.Floor(float64(x))) }

func unit(x float32) float32 { return min(max(x, 0), 1) }

// ColorJitterOptions say by how much colours change. A property whose numbers are all 0 stays.
type ColorJitterOptions struct {
	Brightness float64 `json:"brightness"` // the factor lies between max(0, 1 - Brightness) and 1 + Brightness
	Contrast   float64 `json:"contrast"`   // likewise
	Saturation float64 `json:"saturation"` // likewise
	Hue        float64 `json:"hue"`        // at most 0.5: the hue is turned by -Hue to Hue of the circle

	// The ranges are used when non-zero.
	BrightnessRange [2]float64 `json:"brightness_range"`
	ContrastRange   [2]float64 `json:"contrast_range"`
	SaturationRange [2]float64 `json:"saturation_range"`
	HueRange        [2]float64 `json:"hue_range"`
}

// NewColorJitter returns the transform that changes brightness, contrast, saturation and hue in a random order by random
// factors, as torchvision.transforms.v2.ColorJitter. Pixels lie between 0 and 1, so Normalize comes after it. It panics with
// a *tensor.ShapeError if a number is out of its range.
func NewColorJitter(o ColorJitterOptions) Transform {
	const op = "ColorJitter"
	s := &colorJitter{}
	for p, given := range []struct {
		name    string
		by      float64
		between [2]float64
	}{
		{"Brightness", o.Brightness, o.BrightnessRange},
		{"Contrast", o.Contrast, o.ContrastRange},
		{"Saturation", o.Saturation, o.SaturationRange},
		{"Hue", o.Hue, o.HueRange},
	} {
		least, neutral, most := 0., 1., math.Inf(1)
		if property(p) == hue {
			least, neutral, most = -0.5, 0, 0.5
		}
		if !(given.by >= 0) || math.IsInf(given.by, 0) {
			panic(misuse(op, "%s must be 0 or more, not %g", given.name, given.by))
		}
		if given.between == [2]float64{} {
			given.between = [2]float64{neutral - given.by, neutral + given.by}
			if property(p) != hue {
				given.between[0] = max(given.between[0], 0)
			}
		}
		checkRange(op, given.name, given.between, least, most)
		s.between[p], s.on[p] = given.between, given.between != [2]float64{neutral, neutral}
	}
	return s
}

type colorJitter struct {
	between [properties][2]float64
	on      [properties]bool
}

func (s *colorJitter) String() string {
	text := "ColorJitter("
	for p, name := range []string{"brightness", "contrast", "saturation", "hue"} {
		if p > 0 {
			text += ", "
		}
		text += name + "="
		if s.on[p] {
			text += fmt.Sprint(s.between[p])
		} else {
			text += "None"
		}
	}
	return text + ")"
}

func (s *colorJitter) random() bool { return s.on != [properties]bool{} }

func (s *colorJitter) plan(in format) (format, error) { return in, checkColours("ColorJitter", in) }

func (s *colorJitter) apply(w *work, _ format) error {
	if !s.random() {
		return nil
	}
	order := [properties]property{brightness, contrast, saturation, hue}
	w.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	var factors [properties]float32
	for p, on := range s.on {
		if on {
			factors[p] = float32(w.uniform(s.between[p]))
		}
	}
	for _, p := range order {
		if s.on[p] {
			w.adjust(p, factors[p])
		}
	}
	return nil
}

// RGBToGrayscale makes an RGB image or batch x grey, with 1 or 3 equal channels, as
// torchvision.transforms.v2.functional.rgb_to_grayscale. Images that are grey get the channels.
func RGBToGrayscale(x *tensor.Tensor, channels int) *tensor.Tensor {
	return functional(NewGrayscale(channels), x)
}

// NewGrayscale returns [RGBToGrayscale] as a transform. It panics with a *tensor.ShapeError unless channels is 1 or 3.
func NewGrayscale(channels int) Transform {
	if channels != 1 && channels != 3 {
		panic(misuse("Grayscale", "1 or 3 channels can be made, not %d", channels))
	}
	return &grayscale{channels}
}

type grayscale struct{ channels int }

func (s *grayscale) String() string {
	return fmt.Sprintf("Grayscale(num_output_channels=%d)", s.channels)
}
func (s *grayscale) random() bool { return false }

func (s *grayscale) plan(in format) (format, error) {
	err := checkColours("Grayscale", in)
	in.c = s.channels
	return in, err
}

func (s *grayscale) apply(w *work, to format) error {
	if w.im.c == 1 && to.c == 1 {
		return nil
	}
	bytes := w.widen()
	to.bytes = false
	grey := w.im.floats
	if w.im.c == 3 {
		grey = w.grey(false)
	}
	dst := w.next(to)
	for c := range to.c {
		copy(dst.plane(c), grey)
	}
	w.im = dst
	w.truncate(bytes)
	return nil
}
