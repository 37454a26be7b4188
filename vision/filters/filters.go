package filters

import (
	"image"

	"github.com/lumen-ml/lumen/tensor"
)

// Options say how a kernel is laid over an image. The zero value lays it over every pixel,
// centred, with zeros beyond the edge.
type Options struct {
	Padding Padding // what stands beyond the edge; with None the kernel never leaves the image
	// Stride is the step from one result to the next, Dilation that from one weight to the
	// next, in pixels either way; 0 means 1.
	Stride, Dilation int
	// Anchor is the weight that lies on the pixel whose result it is, X counting columns and
	// Y rows; nil means the middle, (width/2, height/2). With None it makes no difference.
	Anchor *image.Point
	// Convolution turns the kernel by 180 degrees first, and Anchor with it, as in mathematics
	// and in scipy.ndimage.convolve. Without, the result is the correlation, as in PyTorch's
	// conv2d, OpenCV's filter2D and scipy.ndimage.correlate.
	Convolution bool
	// Normalize divides the weights by their sum, or where that is 0, but for rounding, by the
	// sum of their absolute values: then no result leaves the range of the image.
	Normalize bool
	Delta     float64 // is added to every result
}

// Filter2D slides a kernel [height, width] of floats over an image [height, width],
// [channels, height, width] or [n, channels, height, width], every channel by itself, and
// returns the sums of products: result[y, x] = Delta + sum over i, j of kernel[i, j] *
// image[y*Stride + (i-Anchor.Y)*Dilation, x*Stride + (j-Anchor.X)*Dilation].
//
// The image is float32, or uint8: then sums are computed in float32, rounded, halves to
// even, and what is below 0 or above 255 becomes that; take To(tensor.Float32) of the image
// to see what is below. A padded result is as large as the image, over Stride rounded up; with
// None it is (height - Dilation*(kernel height - 1) - 1)/Stride + 1 high, and so with widths.
//
// Weights of 0 are passed over, so that they hide NaN and infinities. A kernel that is a
// column times a row, but for rounding, is applied as these two where that is less work. The
// result is untracked, and so must be the image; for gradients see tensor.Conv2d.
func Filter2D(x, kernel *tensor.Tensor, o Options) *tensor.Tensor {
	p := newPlan("Filter2D", x, kernel, o)
	shape := x.Shape()
	shape[len(shape)-2], shape[len(shape)-1] = p.vertical.results, p.horizontal.results
	if x.DType() == tensor.Uint8 {
		return tensor.Compute(x, func(out, in []uint8) { filter(p, out, in) }, shape...)
	}
	return tensor.Compute(x, func(out, in []float32) { filter(p, out, in) }, shape...)
}
