package nn

import "github.com/lumen-ml/lumen/tensor"

// ConvOptions are the options of a convolution layer, with the same fields as the
// function's: Stride, Padding, Dilation, Groups (0 means 1), their HW forms, NoBias,
// PaddingMode, Activation.
type ConvOptions = tensor.ConvOptions

// convParams checks the sizes and returns weight and bias of a convolution with
// PyTorch's initialisation: even within ±1/sqrt(fan in). first and second are the
// channels in the order of the weight's dimensions (out, in; transposed: in, out),
// the second shared among the groups; out is how many the result has.
func convParams(op string, first, second, out int, kernel []int, o ConvOptions) (weight, bias *Param) {
	positive(op, "the number of channels", first)
	positive(op, "the number of channels", second)
	groups := max(o.Groups, 1)
	if o.Groups < 0 || first%groups != 0 || second%groups != 0 {
		badSize(op, "in and out channels must be multiples of Groups, %d", o.Groups)
	}
	for _, k := range kernel {
		positive(op, "kernel", k)
	}
	for _, n := range []int{o.Stride, o.Padding, o.Dilation, o.OutputPadding, o.StrideHW[0], o.StrideHW[1],
		o.PaddingHW[0], o.PaddingHW[1], o.DilationHW[0], o.DilationHW[1], o.OutputPaddingHW[0], o.OutputPaddingHW[1]} {
		if n < 0 {
			badSize(op, "stride, padding and dilation must not be negative, one is %d", n)
		}
	}
	shape := append([]int{first, second / groups}, kernel...)
	w, b := layerDefaults(shape...)
	weight = NewParam(w, shape...)
	if !o.NoBias {
		bias = NewParam(b, out)
	}
	return weight, bias
}
