package nn

import "github.com/lumen-ml/lumen/tensor"

// NormOptions are the options of LayerNorm and GroupNorm; the zero value is
// PyTorch's default.
type NormOptions struct {
	Eps      float64 // added to the variance; 0 means 1e-5
	NoAffine bool    // no weight and bias
	NoBias   bool    // a weight only

	Activation tensor.Activation // applied to the result
}

// prepare checks the options and returns them with weight (ones) and bias (zeros).
func (o NormOptions) prepare(op string, shape []int) (NormOptions, *Param, *Param) {
	if len(shape) == 0 {
		badSize(op, "the shape that is normalised must have a dimension")
	}
	for _, d := range shape {
		positive(op, "a length", d)
	}
	notNegative(op, "Eps", o.Eps)
	if o.Eps == 0 {
		o.Eps = 1e-5
	}
	switch {
	case o.NoAffine:
		return o, nil, nil
	case o.NoBias:
		return o, NewParam(Ones(), shape...), nil
	}
	return o, NewParam(Ones(), shape...), NewParam(Zeros(), shape...)
}
