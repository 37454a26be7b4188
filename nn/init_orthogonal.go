package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Orthogonal draws a matrix whose rows, or columns if those are fewer, are
// orthogonal and of length Gain, evenly among all such matrices, after Saxe et al.
// 2013 (torch.nn.init.orthogonal_). Dimensions from the second on count as one. A
// Gain of 0 means 1.
type Orthogonal struct{ Gain float64 }

// Draw wants a shape of at least two dimensions, [out, in, ...].
func (o Orthogonal) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	real("Orthogonal", "Gain", o.Gain)
	in, _ := Fans(shape...)
	rows, length := shape[0], in
	if rows > length {
		rows, length = length, rows
	}
	q := make([][]float64, rows)
	for i := range q {
		q[i] = orthogonalTo(q[:i], length, rng)
	}
	gain := orOne(o.Gain)
	data := make([]float32, rows*length)
	for k := range data {
		if i, j := k/in, k%in; shape[0] <= in {
			data[k] = float32(gain * q[i][j])
		} else {
			data[k] = float32(gain * q[j][i])
		}
	}
	return tensor.FromSlice(data, append([]int{}, shape...)...)
}

func (o Orthogonal) String() string { return fmt.Sprintf("Orthogonal(gain=%g)", orOne(o.Gain)) }

// orthogonalTo draws a vector of length 1 that is orthogonal to those given
// (Gram-Schmidt, twice over, which makes it exact to rounding). A normal vector
// points everywhere with equal probability, so the matrices are uniform.
func orthogonalTo(q [][]float64, n int, rng *rand.Rand) []float64 {
	v := make([]float64, n)
	for {
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		for range 2 {
			for _, u := range q {
				d := 0.0
				for i := range v {
					d += u[i] * v[i]
				}
				for i := range v {
					v[i] -= d * u[i]
				}
			}
			normSquared := 0.0
			for _, x := range v {
				normSquared += x * x
			}
			scale := 1 / math.Sqrt(normSquared)
			for i := range v {
				v[i] *= scale
			}
		}
		if !math.IsNaN(v[0]) { // NaN: the draw lay in the span of the others
			return v
		}
	}
}
