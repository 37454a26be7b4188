package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// Constant fills with one value (torch.nn.init.constant_); the zero value with 0.
type Constant struct{ Value float64 }

// Zeros fills with 0.
func Zeros() Initializer { return Constant{} }

// Ones fills with 1.
func Ones() Initializer { return Constant{Value: 1} }

// Draw returns the constant; rng is not used.
func (c Constant) Draw(_ *rand.Rand, shape ...int) *tensor.Tensor {
	return tensor.Full(c.Value, shape...)
}

func (c Constant) String() string { return fmt.Sprintf("Constant(%g)", c.Value) }
