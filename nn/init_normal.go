package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Normal draws from the normal distribution (torch.nn.init.normal_). A Std of 0
// means 1, so that the zero value is the standard normal distribution.
type Normal struct{ Mean, Std float64 }

// Draw returns numbers from rng in row-major order.
func (d Normal) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	real("Normal", "Mean", d.Mean)
	notNegative("Normal", "Std", d.Std)
	std := orOne(d.Std)
	return fill(shape, func() float64 { return d.Mean + std*rng.NormFloat64() })
}

func (d Normal) String() string { return fmt.Sprintf("Normal(%g, %g)", d.Mean, orOne(d.Std)) }

// orOne is v, or 1 for 0.
func orOne(v float64) float64 {
	if v == 0 {
		return 1
	}
	return v
}
