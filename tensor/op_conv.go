package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// ConvOptions are the options of a convolution. The zero value is stride 1, no
// padding, dilation 1, one group. The HW forms (rows, columns) are used where they
// are not zero.
type ConvOptions struct {
	Stride, Padding, Dilation, Groups int // 0 means 1, except for Padding
	StrideHW, PaddingHW, DilationHW   [2]int
	// OutputPadding and OutputPaddingHW are ConvTranspose2d's alone: rows and columns
	// added to the result at the bottom and at the right, fewer than the stride or
	// the dilation. They choose between the sizes that the convolution maps to one.
	OutputPadding   int
	OutputPaddingHW [2]int
	// NoBias makes a layer without bias (nn.NewConv2d); the functions here take a nil
	// bias instead and do not look at it.
	NoBias bool
	// PaddingMode says what the padding holds; the default is zeros.
	PaddingMode PadMode
	// Activation is applied to the result.
	Activation Activation
}

// Conv2d returns the two-dimensional convolution (cross-correlation, as everywhere
// in the field) of x [N, C, H, W] or [C, H, W] with w [O, C/Groups, kH, kW], plus b
// [O] unless b is nil:
//
//	y[n, o, i, j] = b[o] + sum over c, p, q of w[o, c, p, q] * x[n, c', i*stride-padding+p*dilation, j*...+q*...]
//
// with c' channel c of o's group. y is [N, O, oH, oW], or [O, oH, oW], where
// oH = floor((H + 2 padding - dilation (kH-1) - 1) / stride) + 1. It is
// torch.nn.functional.conv2d. It panics with a *ShapeError or a *DTypeError.
func Conv2d(x, w, b *Tensor, o ConvOptions) *Tensor {
	notNil("Conv2d", x, w)
	given := []*Tensor{x, w, b}
	floats("Conv2d", given...)
	if x.a.Rank != 3 && x.a.Rank != 4 || w.a.Rank != 4 {
		badShape("Conv2d", given, "an input [N, C, H, W] or [C, H, W] and a weight [O, C/groups, kH, kW] are wanted")
	}
	if x.a.Rank == 3 {
		return convolve("Conv2d", given, x.Unsqueeze(0), w, b, o).Squeeze(0)
	}
	return convolve("Conv2d", given, x, w, b, o)
}

// convolve is Conv2d of a batch. given is what the caller was given, for errors.
func convolve(op string, given []*Tensor, x, w, b *Tensor, o ConvOptions) *Tensor {
	g := o.geometry(op, given)
	if o.OutputPadding != 0 || o.OutputPaddingHW != [2]int{} {
		badShape(op, given, "OutputPadding belongs to ConvTranspose2d")
	}
	c, out := x.a.Size(1), w.a.Size(0)
	if c != w.a.Size(1)*g.Groups {
		badShape(op, given, "the input has %s, the weight wants %d x groups %d = %d", plural(c, "channel"), w.a.Size(1),
			g.Groups, w.a.Size(1)*g.Groups)
	}
	if out%g.Groups != 0 {
		badShape(op, given, "the weight's %s cannot be shared among %d groups", plural(out, "output channel"), g.Groups)
	}
	checkBias(op, given, b, out)
	oh := convOut(op, given, "rows", x.a.Size(2), w.a.Size(2), g.StrideH, g.PaddingH, g.DilationH)
	ow := convOut(op, given, "columns", x.a.Size(3), w.a.Size(3), g.StrideW, g.PaddingW, g.DilationW)
	if o.PaddingMode != PadZero {
		x = x.Pad([]int{g.PaddingW, g.PaddingW, g.PaddingH, g.PaddingH}, o.PaddingMode, 0)
		g.PaddingH, g.PaddingW = 0, 0
	}
	checkShape(op, []int{x.a.Size(0), out, oh, ow})
	return conv2d(x, w, b, o.Activation, g, oh, ow)
}

// geometry checks the options and brings them to one form.
func (o ConvOptions) geometry(op string, given []*Tensor) nd.ConvGeometry {
	g := nd.ConvGeometry{Groups: o.Groups}
	g.StrideH, g.StrideW = pair(o.Stride, o.StrideHW, 1)
	g.PaddingH, g.PaddingW = pair(o.Padding, o.PaddingHW, 0)
	g.DilationH, g.DilationW = pair(o.Dilation, o.DilationHW, 1)
	if g.Groups == 0 {
		g.Groups = 1
	}
	atLeast(op, given, "Stride", g.StrideH, g.StrideW, 1)
	atLeast(op, given, "Padding", g.PaddingH, g.PaddingW, 0)
	atLeast(op, given, "Dilation", g.DilationH, g.DilationW, 1)
	atLeast(op, given, "Groups", g.Groups, g.Groups, 1)
	return g
}

// pair is an option for rows and for columns: the HW form if given, else the plain
// one, where 0 means byDefault.
func pair(plain int, hw [2]int, byDefault int) (h, w int) {
	if hw != [2]int{} {
		return hw[0], hw[1]
	}
	if plain == 0 {
		plain = byDefault
	}
	return plain, plain
}

// largestOption bounds strides, paddings and dilations so that products of sizes
// cannot overflow.
const largestOption = 1 << 24

// atLeast checks an option's two values.
func atLeast(op string, given []*Tensor, name string, h, w, least int) {
	if h < least || w < least {
		badShape(op, given, "%s must be %d or more, not %d for rows and %d for columns", name, least, h, w)
	}
	if h > largestOption || w > largestOption {
		badShape(op, given, "%s must be at most %d, not %d for rows and %d for columns", name, largestOption, h, w)
	}
}

func checkBias(op string, given []*Tensor, b *Tensor, channels int) {
	if b != nil && (b.a.Rank != 1 || b.a.Size(0) != channels) {
		badShape(op, given, "the bias must be [%d], one value an output channel", channels)
	}
}

// convOut is the length of a convolution's result along one dimension.
func convOut(op string, given []*Tensor, what string, size, k, stride, padding, dilation int) int {
	reach := dilation*(k-1) + 1
	if k < 1 {
		badShape(op, given, "the kernel must have at least one element")
	}
	if size+2*padding < reach {
		badShape(op, given, "the kernel reaches over %d %s (dilation %d), the padded input has only %d", reach, what,
			dilation, size+2*padding)
	}
	return (size+2*padding-reach)/stride + 1
}
