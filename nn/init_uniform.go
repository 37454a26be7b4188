package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Uniform draws evenly from [Low, High) (torch.nn.init.uniform_); the zero value
// from [0, 1).
type Uniform struct{ Low, High float64 }

// Draw returns numbers from rng in row-major order.
func (u Uniform) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	if u == (Uniform{}) {
		u.High = 1
	}
	if !(u.Low <= u.High) {
		badSize("Uniform", "Low must not be above High, in %v", u)
	}
	return fill(shape, func() float64 { return u.Low + (u.High-u.Low)*rng.Float64() })
}

func (u Uniform) String() string { return fmt.Sprintf("Uniform(%g, %g)", u.Low, u.High) }

// fill returns a float32 tensor of numbers from next.
func fill(shape []int, next func() float64) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(next())
	}
	return tensor.FromSlice(data, append([]int{}, shape...)...)
}
