package tensor

// ConvTranspose2d returns the transposed convolution of x [N, C, H, W] or
// [C, H, W] with w [C, O/Groups, kH, kW], plus b [O] unless b is nil: every element
// of x adds the kernel, times its value, to the result at stride times its place.
// It is the gradient of Conv2d by its input, and
// torch.nn.functional.conv_transpose2d. The result is [N, O, oH, oW] with
// oH = (H-1) stride - 2 padding + dilation (kH-1) + OutputPadding + 1.
// PaddingMode must be PadZero.
func ConvTranspose2d(x, w, b *Tensor, o ConvOptions) *Tensor {
	const op = "ConvTranspose2d"
	notNil(op, x, w)
	given := []*Tensor{x, w, b}
	floats(op, given...)
	if x.a.Rank != 3 && x.a.Rank != 4 || w.a.Rank != 4 {
		badShape(op, given, "an input [N, C, H, W] or [C, H, W] and a weight [C, O/groups, kH, kW] are wanted")
	}
	g := o.geometry(op, given)
	if o.PaddingMode != PadZero {
		badShape(op, given, "PaddingMode must be PadZero: the padding is cut off the result, not filled")
	}
	single := x.a.Rank == 3
	if single {
		x = x.Unsqueeze(0)
	}
	c := x.a.Size(1)
	if c != w.a.Size(0) {
		badShape(op, given, "the input has %s, the weight wants %d", plural(c, "channel"), w.a.Size(0))
	}
	if c%g.Groups != 0 {
		badShape(op, given, "the input's %s cannot be shared among %d groups", plural(c, "channel"), g.Groups)
	}
	out := w.a.Size(1) * g.Groups
	checkBias(op, given, b, out)
	extraH, extraW := pair(o.OutputPadding, o.OutputPaddingHW, 0)
	if extraH < 0 || extraW < 0 || extraH >= max(g.StrideH, g.DilationH) || extraW >= max(g.StrideW, g.DilationW) {
		badShape(op, given, "OutputPadding must be 0 or more and less than the stride or the dilation, not %d for rows and %d for columns",
			extraH, extraW)
	}
	length := func(what string, size, k, stride, padding, dilation, extra int) int {
		if k < 1 || size < 1 {
			badShape(op, given, "kernel and input must have at least one element")
		}
		n := (size-1)*stride - 2*padding + dilation*(k-1) + extra + 1
		if n < 1 {
			badShape(op, given, "the padding cuts off more than there is: the result would have %d %s", n, what)
		}
		return n
	}
	oh := length("rows", x.a.Size(2), w.a.Size(2), g.StrideH, g.PaddingH, g.DilationH, extraH)
	ow := length("columns", x.a.Size(3), w.a.Size(3), g.StrideW, g.PaddingW, g.DilationW, extraW)
	checkShape(op, []int{x.a.Size(0), out, oh, ow})
	y := conv2dInput(x, w, b, g, out, oh, ow).Activate(o.Activation)
	if single {
		y = y.Squeeze(0)
	}
	return y
}
