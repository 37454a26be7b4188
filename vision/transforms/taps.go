package transforms

import (
	"math"
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// taps says what one dimension of a resized image is made of: place i of the weights[i*width+k] * x[start[i]+k], k below
// width.
type taps struct {
	of      sampling
	start   []int
	weights []float32
	width   int

	lerps []kernel.Lerp[float32] // memory
	place []float32
}

// sampling is what taps depend on.
type sampling struct {
	mode      Interpolation
	antialias bool
	from, to  int // pixels
}

// set makes the taps, unless they are there. Places and weights are worked out in float32 as in PyTorch: in float64 they
// would differ from its own in the sixth digit where an image is wide.
func (t *taps) set(s sampling) {
	if t.of == s {
		return
	}
	t.of, t.start, t.weights = s, t.start[:0], t.weights[:0]
	ratio := float32(s.from) / float32(s.to)
	switch {
	case s.mode == Nearest || s.mode == Bilinear && !s.antialias:
		t.linear(s, ratio)
	case s.mode == NearestExact:
		t.width = 1
		for i := range s.to {
			t.start = append(t.start, min(int((float32(i)+0.5)*ratio), s.from-1))
		}
	case s.mode == Area:
		t.area(s)
	case s.antialias:
		t.smooth(s, ratio)
	default:
		t.cubic(s, ratio)
	}
}

// add appends a place that reads from pixel at on; the weights may reach beyond either end, where the last pixel counts
// for those that are not there.
func (t *taps) add(at int, weights ...float32) {
	start := min(max(at, 0), t.of.from-t.width)
	n := len(t.weights)
	t.start = append(t.start, start)
	t.weights = slices.Grow(t.weights, t.width)[:n+t.width]
	place := t.weights[n:]
	clear(place)
	for k, v := range weights {
		place[min(max(at+k, 0), t.of.from-1)-start] += v
	}
}

func (t *taps) linear(s sampling, ratio float32) {
	t.lerps = slices.Grow(t.lerps[:0], s.to)
	lerps := t.lerps[:s.to]
	if s.mode == Nearest {
		kernel.NearestLerps(lerps, s.from, ratio)
		t.width = 1
		for _, l := range lerps {
			t.start = append(t.start, l.At)
		}
		return
	}
	kernel.LinearLerps(lerps, s.from, ratio, false)
	t.width = min(2, s.from)
	for _, l := range lerps {
		t.add(l.At, 1-l.Weight, l.Weight)
	}
}

// cubic is Keys' convolution with a = -0.75, which PyTorch and OpenCV use. R. Keys, "Cubic convolution interpolation for
// digital image processing", IEEE Transactions on Acoustics, Speech and Signal Processing 29(6), 1981.
func (t *taps) cubic(s sampling, ratio float32) {
	t.width = min(4, s.from)
	for i := range s.to {
		at := (float32(i)+0.5)*ratio - 0.5
		low := float32(math.Floor(float64(at)))
		f := at - low
		t.add(int(low)-1, keys(f+1, -0.75), keys(f, -0.75), keys(1-f, -0.75), keys(2-f, -0.75))
	}
}

// keys is the weight of a pixel at distance x.
func keys(x, a float32) float32 {
	x = max(x, -x)
	switch {
	case x < 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return ((a*x-5*a)*x+8*a)*x - 4*a
	}
	return 0
}

// smooth is the antialiased form: where an image shrinks, the filter is as many times as wide. Here Keys' a is -0.5, as
// in Pillow, after which PyTorch has done it. Weights are brought to a sum of 1, at the edges too.
func (t *taps) smooth(s sampling, ratio float32) {
	stretch, reach := max(ratio, 1), float32(1)
	if s.mode == Bicubic {
		reach = 2
	}
	support := reach * stretch
	weights := t.place
	place := func(i int) (low int) {
		centre := ratio * (float32(i) + 0.5)
		low = max(int(centre-support+0.5), 0)
		high := min(int(centre+support+0.5), s.from)
		weights = weights[:0]
		sum := float32(0)
		for k := low; k < high; k++ {
			x, v := (float32(k)-centre+0.5)/stretch, float32(0)
			if s.mode == Bicubic {
				v = keys(x, -0.5)
			} else {
				v = max(1-max(x, -x), 0)
			}
			if v == 0 && sum == 0 && k+1 < high { // at either end of the filter
				low++
				continue
			}
			weights = append(weights, v)
			sum += v
		}
		for len(weights) > 1 && weights[len(weights)-1] == 0 {
			weights = weights[:len(weights)-1]
		}
		for k := range weights {
			weights[k] /= sum
		}
		return low
	}
	t.width = 1
	for i := range s.to {
		place(i)
		t.width = max(t.width, len(weights))
	}
	for i := range s.to {
		low := place(i)
		t.add(low, weights...)
	}
	t.place = weights
}

// area is adaptive average pooling.
func (t *taps) area(s sampling) {
	ends := func(i int) (low, high int) { return i * s.from / s.to, ((i+1)*s.from + s.to - 1) / s.to }
	t.width = 0
	for i := range s.to {
		low, high := ends(i)
		t.width = max(t.width, high-low)
	}
	t.place = slices.Grow(t.place[:0], t.width)
	weights := t.place[:t.width]
	for i := range s.to {
		low, high := ends(i)
		paint(weights, 1/float32(high-low))
		t.add(low, weights[:high-low]...)
	}
}
