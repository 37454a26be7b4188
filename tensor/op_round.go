package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// Floor returns the greatest whole number not above x, element by element. Its
// derivative is 0, as are those of Ceil and Round. t must be float.
func (t *Tensor) Floor() *Tensor {
	y := unary("Floor", kernel.Floor, t, 0, 0)
	record("floor", backZero, y, t)
	return y
}

// Ceil returns the smallest whole number not below x, element by element.
func (t *Tensor) Ceil() *Tensor {
	y := unary("Ceil", kernel.Ceil, t, 0, 0)
	record("ceil", backZero, y, t)
	return y
}

// Round returns the nearest whole number, element by element; halves go to the even
// one.
func (t *Tensor) Round() *Tensor {
	y := unary("Round", kernel.Round, t, 0, 0)
	record("round", backZero, y, t)
	return y
}
