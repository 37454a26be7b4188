package nn

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// Gain is the factor by which weights before a nonlinearity are to be larger, so
// that values keep their size through it: torch.nn.init.calculate_gain.
//
//	linear, identity, sigmoid, conv1d, conv2d, conv_transpose2d    1
//	tanh                                                           5/3
//	relu                                                           sqrt(2)
//	leaky_relu                                                     sqrt(2 / (1 + slope²)), slope 0.01 if not given
//	selu                                                           3/4
//
// It panics with a *tensor.ShapeError on another name.
func Gain(nonlinearity string, param ...float64) float64 {
	switch nonlinearity {
	case "linear", "identity", "sigmoid", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d":
		return 1
	case "tanh":
		return 5.0 / 3
	case "relu":
		return math.Sqrt2
	case "leaky_relu":
		slope := 0.01
		if len(param) > 0 {
			slope = param[0]
		}
		return math.Sqrt(2 / (1 + slope*slope))
	case "selu":
		return 3.0 / 4
	}
	badSize("Gain", "there is none for %q: linear, sigmoid, tanh, relu, leaky_relu or selu is wanted", nonlinearity)
	return 0
}

// Fans counts how many inputs a unit of a weight of this shape has and how many
// units an input goes to: [out, in, kernel...] has in*kernel and out*kernel. It
// panics with a *tensor.ShapeError below two dimensions.
func Fans(shape ...int) (in, out int) {
	if len(shape) < 2 {
		panic(&tensor.ShapeError{Op: "Fans", Shapes: [][]int{shape}, Want: "a weight of at least two dimensions is wanted, [out, in, ...]", Where: tensor.Caller()})
	}
	kernel := 1
	for _, d := range shape[2:] {
		kernel *= d
	}
	return shape[1] * kernel, shape[0] * kernel
}

// layerDefaults are PyTorch's for linear layers and convolutions: weights
// KaimingUniform with a = sqrt(5), which is ±1/sqrt(fan in), and the bias the same.
func layerDefaults(weight ...int) (w, b Initializer) {
	in, _ := Fans(weight...)
	bound := 1 / math.Sqrt(float64(in))
	return KaimingUniform{A: math.Sqrt(5)}, Uniform{-bound, bound}
}
