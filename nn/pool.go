package nn

import "github.com/lumen-ml/lumen/tensor"

// PoolOptions are the options of a pooling layer, with the same fields as the
// function's: Stride (0 means the kernel), Padding, Dilation, CeilMode and so on.
type PoolOptions = tensor.PoolOptions

// checkPool checks a pooling's kernel and options.
func checkPool(op string, kernel int, o []PoolOptions) PoolOptions {
	options := one(op, o)
	if options.KernelHW == [2]int{} {
		positive(op, "kernel", kernel)
	}
	for _, n := range []int{options.Stride, options.Padding, options.Dilation, options.StrideHW[0], options.StrideHW[1],
		options.PaddingHW[0], options.PaddingHW[1], options.DilationHW[0], options.DilationHW[1]} {
		if n < 0 {
			badSize(op, "stride, padding and dilation must not be negative, one is %d", n)
		}
	}
	return options
}
