package filters

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// made returns a kernel of so many rows and columns from its weights by row and column.
func made(rows, columns int, weight func(i, j int) float64) *tensor.Tensor {
	weights := make([]float32, 0, rows*columns)
	for i := range rows {
		for j := range columns {
			weights = append(weights, float32(weight(i, j)))
		}
	}
	return tensor.FromSlice(weights, rows, columns)
}

// mostSize is the side of the largest kernel that is made here.
const mostSize = 1023

// wantSize panics unless a kernel can be so large.
func wantSize(op string, size int) {
	if size < 1 || size > mostSize {
		misuse(op, nil, "a size of 1 to %d is wanted, not %d", mostSize, size)
	}
}

// wantPositive panics unless a parameter is a number above 0.
func wantPositive(op, name string, v float64) {
	if !(v > 0) || math.IsInf(v, 0) {
		misuse(op, nil, "a %s above 0 is wanted, not %g", name, v)
	}
}

// Identity returns the 3x3 kernel that changes nothing.
func Identity() *tensor.Tensor {
	return tensor.FromSlice([]float32{0, 0, 0, 0, 1, 0, 0, 0, 0}, 3, 3)
}

// Box returns a kernel of size x size equal weights whose sum is 1: the mean.
func Box(size int) *tensor.Tensor {
	wantSize("Box", size)
	return made(size, size, func(int, int) float64 { return 1 / float64(size*size) })
}

// Gaussian returns a kernel of size x size weights exp(-(x*x + y*y) / (2*sigma*sigma)), over
// their sum, x and y counted in pixels from the middle: OpenCV's getGaussianKernel, times
// itself.
func Gaussian(size int, sigma float64) *tensor.Tensor {
	wantSize("Gaussian", size)
	wantPositive("Gaussian", "sigma", sigma)
	g := bell(size, sigma)
	return made(size, size, func(i, j int) float64 { return g[i] * g[j] })
}

// bell is a row of a Gaussian, of sum 1.
func bell(size int, sigma float64) []float64 {
	g, sum := make([]float64, size), 0.0
	for i := range g {
		d := (float64(i) - float64(size-1)/2) / sigma
		g[i] = math.Exp(-d * d / 2)
		sum += g[i]
	}
	if sum == 0 { // even size, tiny sigma: the two in the middle
		g[size/2], g[(size-1)/2] = 1, 1
		sum = 2
	}
	for i := range g {
		g[i] /= sum
	}
	return g
}

// GaussianSize is how large the kernel of a Gaussian is that reaches 4 sigma, as
// scipy.ndimage.gaussian_filter's does, at most 1023.
func GaussianSize(sigma float64) int {
	wantPositive("GaussianSize", "sigma", sigma)
	return 2*int(math.Min(4*sigma+0.5, (mostSize-1)/2)) + 1
}

// Sharpen returns the 3x3 kernel that adds what Laplacian finds: 5 in the middle, -1 beside.
func Sharpen() *tensor.Tensor {
	return tensor.FromSlice([]float32{0, -1, 0, -1, 5, -1, 0, -1, 0}, 3, 3)
}

// Unsharp returns the kernel of unsharp masking: the image plus amount times what a
// Gaussian takes away.
func Unsharp(size int, sigma, amount float64) *tensor.Tensor {
	wantSize("Unsharp", size)
	wantPositive("Unsharp", "sigma", sigma)
	if math.IsNaN(amount) || math.IsInf(amount, 0) || size%2 == 0 {
		misuse("Unsharp", nil, "an odd size and a finite amount are wanted, not %d and %g", size, amount)
	}
	g := bell(size, sigma)
	return made(size, size, func(i, j int) float64 {
		w := -amount * g[i] * g[j]
		if i == size/2 && j == size/2 {
			w += 1 + amount
		}
		return w
	})
}

// derivative returns smooth, a column, times -1 0 1, a row, or that transposed.
func derivative(smooth [3]float64, down bool) *tensor.Tensor {
	return made(3, 3, func(i, j int) float64 {
		if down {
			i, j = j, i
		}
		return smooth[i] * float64(j-1)
	})
}

// SobelX returns Sobel's 3x3 kernel, positive where the image becomes brighter to the right.
func SobelX() *tensor.Tensor { return derivative([3]float64{1, 2, 1}, false) }

// SobelY returns Sobel's 3x3 kernel, positive where the image becomes brighter downwards.
func SobelY() *tensor.Tensor { return derivative([3]float64{1, 2, 1}, true) }

// ScharrX returns Scharr's 3x3 kernel, positive where the image becomes brighter to the
// right; the length of it and ScharrY together depends less on the direction than Sobel's.
func ScharrX() *tensor.Tensor { return derivative([3]float64{3, 10, 3}, false) }

// ScharrY returns Scharr's 3x3 kernel, positive where the image becomes brighter downwards.
func ScharrY() *tensor.Tensor { return derivative([3]float64{3, 10, 3}, true) }

// PrewittX returns Prewitt's 3x3 kernel, positive where the image becomes brighter to the
// right.
func PrewittX() *tensor.Tensor { return derivative([3]float64{1, 1, 1}, false) }

// PrewittY returns Prewitt's 3x3 kernel, positive where the image becomes brighter downwards.
func PrewittY() *tensor.Tensor { return derivative([3]float64{1, 1, 1}, true) }

// Laplacian returns the 3x3 kernel of second differences: -4 in the middle, 1 beside.
func Laplacian() *tensor.Tensor {
	return tensor.FromSlice([]float32{0, 1, 0, 1, -4, 1, 0, 1, 0}, 3, 3)
}

// LaplacianOfGaussian returns the second differences of a Gaussian, with r*r = x*x + y*y:
// (r*r - 2*sigma*sigma) / sigma^4 times the weights of Gaussian, less their mean, so that
// even areas give 0 (MATLAB's fspecial "log").
func LaplacianOfGaussian(size int, sigma float64) *tensor.Tensor {
	wantSize("LaplacianOfGaussian", size)
	wantPositive("LaplacianOfGaussian", "sigma", sigma)
	g, middle := bell(size, sigma), float64(size-1)/2
	weight := func(i, j int) float64 {
		y, x := (float64(i)-middle)/sigma, (float64(j)-middle)/sigma
		return (x*x + y*y - 2) / (sigma * sigma) * g[i] * g[j]
	}
	mean := 0.0
	for i := range size {
		for j := range size {
			mean += weight(i, j) / float64(size*size)
		}
	}
	return made(size, size, func(i, j int) float64 { return weight(i, j) - mean })
}

// Emboss returns a 3x3 kernel that lights the image from the upper left.
func Emboss() *tensor.Tensor {
	return tensor.FromSlice([]float32{-2, -1, 0, -1, 1, 1, 0, 1, 2}, 3, 3)
}

// MotionBlur returns the mean along a line of size pixels through the middle, angle degrees
// counter-clockwise from the right; weights fall to 0 within a pixel beside the line.
func MotionBlur(size int, angle float64) *tensor.Tensor {
	wantSize("MotionBlur", size)
	if math.IsNaN(angle) || math.IsInf(angle, 0) {
		misuse("MotionBlur", nil, "a finite angle in degrees is wanted, not %g", angle)
	}
	sin, cos := math.Sincos(angle * math.Pi / 180)
	middle := float64(size-1) / 2
	weight := func(i, j int) float64 {
		x, y := float64(j)-middle, middle-float64(i) // y upwards
		along := min(max(x*cos+y*sin, -middle), middle)
		return max(0, 1-math.Hypot(x-along*cos, y-along*sin))
	}
	sum := 0.0
	for i := range size {
		for j := range size {
			sum += weight(i, j)
		}
	}
	return made(size, size, func(i, j int) float64 {
		if w := weight(i, j) / sum; w > 1e-9 { // what the sine of 180 degrees leaves
			return w
		}
		return 0
	})
}

// GaborOptions describe a Gabor kernel.
type GaborOptions struct {
	Sigma      float64 // width of the Gaussian in pixels
	Theta      float64 // direction across the stripes, in degrees
	Wavelength float64 // pixels from stripe to stripe
	Gamma      float64 // width of the Gaussian across the stripes over that along them; 0 means 1
	Phase      float64 // degrees; 0 for a bright line in the middle, 90 for an edge
}

// Gabor returns a Gaussian times a wave: exp(-(u*u + gamma*gamma*v*v) / (2*sigma*sigma)) *
// cos(2*pi*u/wavelength + phase), u and v being x and y turned by theta (OpenCV's
// getGaborKernel). size must be odd.
func Gabor(size int, o GaborOptions) *tensor.Tensor {
	wantSize("Gabor", size)
	if o.Gamma == 0 {
		o.Gamma = 1
	}
	wantPositive("Gabor", "Sigma", o.Sigma)
	wantPositive("Gabor", "Wavelength", o.Wavelength)
	wantPositive("Gabor", "Gamma", o.Gamma)
	if turn := o.Theta + o.Phase; math.IsNaN(turn) || math.IsInf(turn, 0) || size%2 == 0 {
		misuse("Gabor", nil, "an odd size and finite angles are wanted, not %d, %g and %g", size, o.Theta, o.Phase)
	}
	sin, cos := math.Sincos(o.Theta * math.Pi / 180)
	middle := size / 2
	return made(size, size, func(i, j int) float64 {
		// OpenCV counts x and y from the end of the kernel.
		x, y := float64(middle-j), float64(middle-i)
		u, v := x*cos+y*sin, y*cos-x*sin
		return math.Exp(-(u*u+o.Gamma*o.Gamma*v*v)/(2*o.Sigma*o.Sigma)) * math.Cos(2*math.Pi*u/o.Wavelength+o.Phase*math.Pi/180)
	})
}
