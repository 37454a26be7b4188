package kernel

import "math"

// WeightedSum computes dst[i] = bias + the sum over k of weights[k] * sources[k][i], in that
// order: a pass of a filter, whose sources are rows of an image, or one row from several
// places on. dst must not overlap a source, each of which is at least as long; there are as
// many weights.
func WeightedSum(dst []float32, sources [][]float32, weights []float32, bias float32) {
	weights = weights[:len(sources)]
	for _, x := range sources {
		_ = x[:len(dst)]
	}
	if f := Active().WeightedSum32; f != nil && len(sources) > 0 && len(dst) > 0 && f(dst, sources, weights, bias) {
		return
	}
	for i := range dst {
		dst[i] = bias
	}
	for k, x := range sources {
		w := weights[k]
		for i, v := range x[:len(dst)] {
			dst[i] += w * v
		}
	}
}

// Saturate rounds x to whole numbers, half to even, into dst: what is below 0, or NaN, to 0,
// what is above 255 to 255.
func Saturate(dst []uint8, x []float32) {
	x = x[:len(dst)]
	whole := 0
	if f := Active().Saturate32; f != nil {
		whole = f(dst, x)
	}
	for i := whole; i < len(x); i++ {
		switch v := x[i]; {
		case v >= 255:
			dst[i] = 255
		case v > 0: // where the units of a sum are whole numbers it is rounded by the processor
			dst[i] = uint8(math.Float32bits(v + 0x1p23))
		default:
			dst[i] = 0
		}
	}
}
