package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// TruncatedNormal draws from the normal distribution, keeping what lies in
// [Low, High] (torch.nn.init.trunc_normal_; the limits are values, not multiples of
// Std). A Std of 0 means 1; Low and High both 0 mean -2 and 2.
type TruncatedNormal struct{ Mean, Std, Low, High float64 }

func (d TruncatedNormal) defaults() TruncatedNormal {
	d.Std = orOne(d.Std)
	if d.Low == 0 && d.High == 0 {
		d.Low, d.High = -2, 2
	}
	return d
}

// Draw inverts the distribution function, so that each number takes one of rng's.
func (d TruncatedNormal) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	d = d.defaults()
	if real("TruncatedNormal", "Mean", d.Mean); !(d.Std > 0) || !(d.Low < d.High) {
		badSize("TruncatedNormal", "Std must be positive and Low below High, in %v", d)
	}
	below := func(v float64) float64 { return 0.5 * (1 + math.Erf((v-d.Mean)/(d.Std*math.Sqrt2))) }
	low, high := below(d.Low), below(d.High)
	return fill(shape, func() float64 {
		u := low + (high-low)*rng.Float64()
		return min(max(d.Mean+d.Std*math.Sqrt2*math.Erfinv(2*u-1), d.Low), d.High)
	})
}

func (d TruncatedNormal) String() string {
	d = d.defaults()
	return fmt.Sprintf("TruncatedNormal(%g, %g, %g, %g)", d.Mean, d.Std, d.Low, d.High)
}
