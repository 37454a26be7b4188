package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// FanMode says which side of a layer keeps its variance.
type FanMode uint8

// FanIn keeps the variance of the values on the way forward, FanOut that of the
// gradients on the way back.
const (
	FanIn FanMode = iota
	FanOut
)

func (m FanMode) String() string {
	if m == FanOut {
		return "fan_out"
	}
	return "fan_in"
}

// MarshalText gives PyTorch's spelling.
func (m FanMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// KaimingUniform draws from ±gain * sqrt(3 / fan), after He et al. 2015
// (torch.nn.init.kaiming_uniform_). gain is [Gain] of Nonlinearity, "leaky_relu" if
// empty, with slope A.
type KaimingUniform struct {
	A            float64
	Mode         FanMode
	Nonlinearity string
}

// Draw wants a shape of at least two dimensions, [out, in, ...].
func (k KaimingUniform) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	bound := math.Sqrt(3) * kaiming(k.A, k.Mode, k.Nonlinearity, shape)
	return Uniform{-bound, bound}.Draw(rng, shape...)
}

func (k KaimingUniform) String() string {
	return fmt.Sprintf("KaimingUniform(a=%g, mode=%v, nonlinearity=%s)", k.A, k.Mode, orLeaky(k.Nonlinearity))
}

// KaimingNormal draws with standard deviation gain / sqrt(fan)
// (torch.nn.init.kaiming_normal_); see [KaimingUniform] for gain.
type KaimingNormal struct {
	A            float64
	Mode         FanMode
	Nonlinearity string
}

// Draw wants a shape of at least two dimensions, [out, in, ...].
func (k KaimingNormal) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	return Normal{Std: kaiming(k.A, k.Mode, k.Nonlinearity, shape)}.Draw(rng, shape...)
}

func (k KaimingNormal) String() string {
	return fmt.Sprintf("KaimingNormal(a=%g, mode=%v, nonlinearity=%s)", k.A, k.Mode, orLeaky(k.Nonlinearity))
}

// kaiming is the standard deviation gain / sqrt(fan).
func kaiming(a float64, mode FanMode, nonlinearity string, shape []int) float64 {
	fan, out := Fans(shape...)
	if mode == FanOut {
		fan = out
	}
	return Gain(orLeaky(nonlinearity), a) / math.Sqrt(float64(fan))
}

func orLeaky(nonlinearity string) string {
	if nonlinearity == "" {
		return "leaky_relu"
	}
	return nonlinearity
}
