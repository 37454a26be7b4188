package filters

import (
	"fmt"
	"math"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// Parameters choose among the kernels of one name. 0 means what the preset takes by itself;
// a preset takes no notice of parameters that mean nothing to it.
type Parameters struct {
	Size       int     // side of the kernel in pixels
	Sigma      float64 // width of a Gaussian in pixels
	Amount     float64 // of unsharp masking
	Angle      float64 // of motion and of Gabor's stripes, in degrees
	Wavelength float64 // of Gabor's stripes, in pixels
}

// Preset is a kernel that has a name.
type Preset struct {
	Name  string
	About string // one line: what it does
	// Signed: the weights' sum is 0, so that results are around 0 and no picture by themselves.
	Signed bool
	make   func(p Parameters) *tensor.Tensor
}

// Kernel returns the preset's kernel, or an error that says which parameter does not fit.
func (p Preset) Kernel(o Parameters) (*tensor.Tensor, error) {
	for _, v := range []struct {
		name  string
		value float64
	}{{"sigma", o.Sigma}, {"wavelength", o.Wavelength}} {
		if !(v.value >= 0) || v.value > mostSize {
			return nil, fmt.Errorf("the %s of %s is %g: more than 0, up to %d pixels, is wanted", v.name, p.Name, v.value, mostSize)
		}
	}
	if o.Size < 0 || o.Size > mostSize || o.Size != 0 && o.Size%2 == 0 {
		return nil, fmt.Errorf("the size of %s is %d: an odd number up to %d is wanted, so that there is a middle", p.Name, o.Size, mostSize)
	}
	if sum := o.Amount + o.Angle; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return nil, fmt.Errorf("the amount and angle of %s are %g and %g: finite numbers are wanted", p.Name, o.Amount, o.Angle)
	}
	return p.make(o), nil
}

func orElse[T int | float64](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// spread gives Gaussians their width and the size that goes with it, or the width that
// OpenCV gives to a size.
func (p Parameters) spread() (size int, sigma float64) {
	sigma = p.Sigma
	if sigma == 0 && p.Size != 0 {
		sigma = 0.3*(float64(p.Size-1)/2-1) + 0.8
	}
	sigma = orElse(sigma, 1.5)
	return orElse(p.Size, GaussianSize(sigma)), sigma
}

// fixed is a preset without parameters.
func fixed(f func() *tensor.Tensor) func(Parameters) *tensor.Tensor {
	return func(Parameters) *tensor.Tensor { return f() }
}

// Presets returns the kernels that have names, in the order they are shown in.
func Presets() []Preset {
	return []Preset{
		{"identity", "changes nothing", false, fixed(Identity)},
		{"box", "the mean of size x size pixels (5)", false, func(p Parameters) *tensor.Tensor { return Box(orElse(p.Size, 5)) }},
		{"gaussian", "blurs by a Gaussian of sigma (1.5)", false, func(p Parameters) *tensor.Tensor { return Gaussian(p.spread()) }},
		{"sharpen", "adds the difference to the pixels beside", false, fixed(Sharpen)},
		{"unsharp", "adds amount (1) times what a Gaussian takes away", false, func(p Parameters) *tensor.Tensor {
			size, sigma := p.spread()
			return Unsharp(size, sigma, orElse(p.Amount, 1))
		}},
		{"emboss", "lights the image from the upper left", false, fixed(Emboss)},
		{"motion", "the mean along a line of size (15) pixels at an angle (0)", false, func(p Parameters) *tensor.Tensor {
			return MotionBlur(orElse(p.Size, 15), p.Angle)
		}},
		{"sobel-x", "brighter to the right is positive", true, fixed(SobelX)},
		{"sobel-y", "brighter downwards is positive", true, fixed(SobelY)},
		{"scharr-x", "like sobel-x, truer to the direction", true, fixed(ScharrX)},
		{"scharr-y", "like sobel-y, truer to the direction", true, fixed(ScharrY)},
		{"prewitt-x", "like sobel-x, with equal weights", true, fixed(PrewittX)},
		{"prewitt-y", "like sobel-y, with equal weights", true, fixed(PrewittY)},
		{"laplacian", "second differences: thin lines and noise", true, fixed(Laplacian)},
		{"log", "the Laplacian of a Gaussian of sigma (1.5)", true, func(p Parameters) *tensor.Tensor {
			return LaplacianOfGaussian(p.spread())
		}},
		{"gabor", "stripes of a wavelength (8) at an angle (0)", true, func(p Parameters) *tensor.Tensor {
			wavelength := orElse(p.Wavelength, 8)
			sigma := orElse(p.Sigma, wavelength/2)
			return balanced(Gabor(orElse(p.Size, min(2*int(3*sigma)+1, mostSize)), GaborOptions{Sigma: sigma, Theta: p.Angle, Wavelength: wavelength}))
		}},
	}
}

// balanced takes the mean from weights that are meant to find stripes, not brightness, and
// makes the sum of their absolute values 1.
func balanced(kernel *tensor.Tensor) *tensor.Tensor {
	kernel = kernel.Sub(kernel.Mean())
	if size := kernel.Abs().Sum().Item(); size > 0 {
		kernel = kernel.DivScalar(size)
	}
	return kernel
}

// Named returns the preset of a name; the error names all.
func Named(name string) (Preset, error) {
	var names []string
	for _, p := range Presets() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Preset{}, fmt.Errorf("there is no kernel %q; there are %s, or write one: rows with ; between them, as \"0,-1,0;-1,5,-1;0,-1,0\"", name, strings.Join(names, ", "))
}
