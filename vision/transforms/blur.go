package transforms

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// GaussianBlur blurs an image or batch x with a Gaussian of standard deviation sigma pixels, cut to size x size, an odd
// number, as torchvision.transforms.v2.functional.gaussian_blur. Beyond the edges the image is mirrored, see [Reflect].
func GaussianBlur(x *tensor.Tensor, size int, sigma float64) *tensor.Tensor {
	return functional(newBlur(size, sigma, sigma), x)
}

// NewGaussianBlur returns the transform that blurs an image with a sigma drawn evenly between two, as
// torchvision.transforms.v2.GaussianBlur; see [GaussianBlur]. It panics with a *tensor.ShapeError unless size is odd and
// 0 < from <= to.
func NewGaussianBlur(size int, from, to float64) Transform { return newBlur(size, from, to) }

func newBlur(size int, from, to float64) *blur {
	const op = "GaussianBlur"
	if size < 1 || size%2 == 0 {
		panic(misuse(op, "the size must be odd and above 0, so that it has a middle, not %d", size))
	}
	if !(from > 0 && from <= to) || math.IsInf(to, 0) {
		panic(misuse(op, "sigma must be above 0 and finite, the lesser first, not %g to %g", from, to))
	}
	return &blur{size, [2]float64{from, to}}
}

type blur struct {
	size  int
	sigma [2]float64
}

func (s *blur) String() string {
	return fmt.Sprintf("GaussianBlur(kernel_size=(%d, %d), sigma=%v)", s.size, s.size, s.sigma)
}
func (s *blur) random() bool                   { return s.sigma[0] != s.sigma[1] }
func (s *blur) plan(in format) (format, error) { return in, nil }

func (s *blur) apply(w *work, to format) error {
	sigma := s.sigma[0]
	if s.random() {
		sigma = w.uniform(s.sigma)
	}
	bytes := w.widen()
	to.bytes = false
	half := s.size / 2
	dst := w.next(to)
	room := w.temporary(s.size + to.w + 2*half + to.h*to.w)
	weights, room := room[:s.size], room[s.size:]
	line, lines := room[:to.w+2*half], room[to.w+2*half:] // a row with its mirrored ends; all rows, blurred along them
	gaussian(weights, sigma)
	for c := range to.c {
		plane := w.im.plane(c)
		for y := range to.h {
			row := plane[y*to.w:][:to.w]
			copy(line[half:], row)
			for i := range half {
				line[i] = row[Reflect.at(i-half, to.w)]
				line[half+to.w+i] = row[Reflect.at(to.w+i, to.w)]
			}
			weighted(lines[y*to.w:][:to.w], weights, func(k int) []float32 { return line[k:] })
		}
		out := dst.plane(c)
		for y := range to.h {
			weighted(out[y*to.w:][:to.w], weights, func(k int) []float32 { return lines[Reflect.at(y+k-half, to.h)*to.w:] })
		}
	}
	w.im = dst
	w.round(bytes)
	return nil
}

// weighted sums rows, one for each weight.
func weighted(dst, weights []float32, row func(k int) []float32) {
	scaled(dst, row(0), weights[0])
	for k, v := range weights[1:] {
		addScaled(dst, row(k+1), v)
	}
}

// gaussian fills weights with a Gaussian around their middle that sums to 1.
func gaussian(weights []float32, sigma float64) {
	middle, sum := float64(len(weights)-1)/2, 0.0
	value := func(i int) float64 {
		d := (float64(i) - middle) / sigma
		return math.Exp(-d * d / 2)
	}
	for i := range weights {
		sum += value(i)
	}
	for i := range weights {
		weights[i] = float32(value(i) / sum)
	}
}
