package filters

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// axis is how a kernel lies along one dimension of an image.
type axis struct {
	pixels, taps     int // of the image and of the kernel
	results          int
	stride, dilation int
	before           int // pixels by which the kernel of result 0 begins before the image
}

// at is the pixel under a tap for a result; it may lie beyond the ends.
func (a axis) at(result, tap int) int { return result*a.stride + tap*a.dilation - a.before }

// plan is a kernel, laid over images of one size.
type plan struct {
	vertical, horizontal axis
	padding              Padding
	weights              []float64 // row by row, as they lie on the image
	delta                float32
	// column and row are the weights' factors where two passes are less work, else nil.
	column, row []float64
}

// mostTaps bounds a kernel's weights, and mostReach how far it reaches.
const mostTaps, mostReach = 1 << 20, 1 << 24

func newPlan(op string, x, kernel *tensor.Tensor, o Options) *plan {
	if x == nil || x.Dim() < 2 || x.Dim() > 4 || x.Numel() == 0 {
		misuse(op, x, "an image [height, width], [channels, height, width] or [n, channels, height, width] with pixels is wanted")
	}
	if x.DType() != tensor.Float32 && x.DType() != tensor.Uint8 {
		wrongType(op, x, "an image of float32 or uint8 is wanted; convert with To")
	}
	if x.Tracked() {
		panic(&tensor.GraphError{Op: op, Want: "the image is tracked, and filters have no gradient; Detach it, or use tensor.Conv2d", Where: tensor.Caller()})
	}
	if kernel == nil || kernel.Dim() != 2 || kernel.Numel() == 0 || kernel.Numel() > mostTaps {
		misuse(op, kernel, "a kernel [height, width] of 1 to %d weights is wanted", mostTaps)
	}
	if !kernel.DType().IsFloat() {
		wrongType(op, kernel, "a kernel of floats is wanted; convert with To(tensor.Float32)")
	}
	p := &plan{padding: o.Padding, weights: tensor.Data[float64](kernel.Detach().To(tensor.Float64)), delta: float32(o.Delta)}
	stride, dilation := max(o.Stride, 1), max(o.Dilation, 1)
	height, width := kernel.Size(0), kernel.Size(1)
	if o.Padding > None || o.Stride < 0 || o.Dilation < 0 || dilation > mostReach/max(height, width) || stride > mostReach {
		misuse(op, x, "a known Padding and a Stride and Dilation above 0 and not beyond %d pixels are wanted, not %v, %d and %d",
			mostReach, o.Padding, o.Stride, o.Dilation)
	}
	anchorX, anchorY := width/2, height/2
	if a := o.Anchor; a != nil {
		if anchorX, anchorY = a.X, a.Y; a.X < 0 || a.X >= width || a.Y < 0 || a.Y >= height {
			misuse(op, kernel, "the Anchor must lie in the kernel, (%d, %d) does not", a.X, a.Y)
		}
	}
	if o.Convolution {
		for i, last := 0, len(p.weights)-1; i < last-i; i++ {
			p.weights[i], p.weights[last-i] = p.weights[last-i], p.weights[i]
		}
		anchorX, anchorY = width-1-anchorX, height-1-anchorY
	}
	if o.Normalize {
		normalize(p.weights)
	}
	p.vertical = newAxis(op, x, "high", x.Size(-2), height, anchorY, stride, dilation, o.Padding)
	p.horizontal = newAxis(op, x, "wide", x.Size(-1), width, anchorX, stride, dilation, o.Padding)
	p.separate()
	return p
}

func newAxis(op string, x *tensor.Tensor, how string, pixels, taps, anchor, stride, dilation int, padding Padding) axis {
	a := axis{pixels: pixels, taps: taps, stride: stride, dilation: dilation}
	if padding != None {
		a.before = anchor * dilation
		a.results = (pixels + stride - 1) / stride
		return a
	}
	span := (taps-1)*dilation + 1
	if span > pixels {
		misuse(op, x, "without padding the kernel, which is %d pixels %s, must fit into the image, which is %d", span, how, pixels)
	}
	a.results = (pixels-span)/stride + 1
	return a
}

func normalize(weights []float64) {
	sum, size := 0.0, 0.0
	for _, w := range weights {
		sum += w
		size += math.Abs(w)
	}
	if math.Abs(sum) <= size*1e-6 { // the weights of a float32 kernel need not cancel exactly
		sum = size
	}
	if sum == 0 {
		return
	}
	for i := range weights {
		weights[i] /= sum
	}
}

// separate finds a column and a row whose products the weights are, but for what rounding
// them to float32 does.
func (p *plan) separate() {
	width := p.horizontal.taps
	greatest := 0
	for i, w := range p.weights {
		if math.Abs(w) > math.Abs(p.weights[greatest]) {
			greatest = i
		}
	}
	most := p.weights[greatest]
	if most == 0 || math.IsNaN(most) || math.IsInf(most, 0) {
		return
	}
	column, row := make([]float64, p.vertical.taps), make([]float64, width)
	for i := range column {
		column[i] = p.weights[i*width+greatest%width]
	}
	for j := range row {
		row[j] = p.weights[greatest/width*width+j] / most
	}
	for i, c := range column {
		for j, r := range row {
			if !(math.Abs(p.weights[i*width+j]-c*r) <= 0x1p-22*math.Abs(most)) {
				return
			}
		}
	}
	if used(column)+used(row) < used(p.weights) {
		p.column, p.row = column, row
	}
}

// used is how many weights are not 0.
func used(weights []float64) int {
	n := 0
	for _, w := range weights {
		if w != 0 {
			n++
		}
	}
	return n
}
