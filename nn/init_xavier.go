package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// XavierUniform draws from ±Gain * sqrt(6 / (fan in + fan out)), after Glorot and
// Bengio 2010 (torch.nn.init.xavier_uniform_). A Gain of 0 means 1; see [Gain].
type XavierUniform struct{ Gain float64 }

// Draw wants a shape of at least two dimensions, [out, in, ...].
func (x XavierUniform) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	in, out := Fans(shape...)
	bound := orOne(x.Gain) * math.Sqrt(6/float64(in+out))
	return Uniform{-bound, bound}.Draw(rng, shape...)
}

func (x XavierUniform) String() string { return fmt.Sprintf("XavierUniform(gain=%g)", orOne(x.Gain)) }

// XavierNormal draws with standard deviation Gain * sqrt(2 / (fan in + fan out))
// (torch.nn.init.xavier_normal_). A Gain of 0 means 1; see [Gain].
type XavierNormal struct{ Gain float64 }

// Draw wants a shape of at least two dimensions, [out, in, ...].
func (x XavierNormal) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	in, out := Fans(shape...)
	return Normal{Std: orOne(x.Gain) * math.Sqrt(2/float64(in+out))}.Draw(rng, shape...)
}

func (x XavierNormal) String() string { return fmt.Sprintf("XavierNormal(gain=%g)", orOne(x.Gain)) }
