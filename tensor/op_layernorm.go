package tensor

import "slices"

// LayerNorm is torch.nn.functional.layer_norm (Ba, Kiros and Hinton 2016): the last
// dimensions of x, whose lengths normalizedShape repeats, are brought to mean 0 and
// (biased) variance 1 together, then scaled and shifted element by element:
//
//	(x - mean) / sqrt(variance + eps) * weight + bias
//
// weight and bias have the shape normalizedShape or are nil. eps is 1e-5 in PyTorch.
func LayerNorm(x *Tensor, normalizedShape []int, weight, bias *Tensor, eps float64) *Tensor {
	const op = "LayerNorm"
	begin(op, x, weight, bias)
	floats(op, x, weight, bias)
	lead := int(x.a.Rank) - len(normalizedShape)
	if len(normalizedShape) == 0 || lead < 0 || !slices.Equal(x.Shape()[lead:], normalizedShape) {
		badShape(op, []*Tensor{x}, "the last dimensions must have the lengths %v", normalizedShape)
	}
	for _, t := range []*Tensor{weight, bias} {
		if t != nil && !slices.Equal(t.Shape(), normalizedShape) {
			badShape(op, []*Tensor{x, t}, "weight and bias must have the shape %v", normalizedShape)
		}
	}
	batch := 1
	for i := range lead {
		batch *= x.a.Size(i)
	}
	return groupNorm(op, "layer_norm", x, batch, volume(x, lead), 1, weight, bias, eps)
}
