package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// PoolOptions are the options of a pooling. The zero value moves the window by its
// own size, without padding. The HW forms (rows, columns) are used where they are
// not zero.
type PoolOptions struct {
	KernelHW                        [2]int // instead of the argument k
	Stride, Padding, Dilation       int    // Stride 0 means the kernel's size, Dilation 0 means 1
	StrideHW, PaddingHW, DilationHW [2]int
	// CeilMode rounds the result's size up, so that a window may reach over the end.
	CeilMode bool
	// ExcludePad leaves the padding out of an average's divisor (PyTorch's
	// count_include_pad=False).
	ExcludePad bool
	// DivisorOverride is what an average divides by, unless 0.
	DivisorOverride int
}

// poolWindow checks a pooling of t [N, C, H, W] or [C, H, W] and returns its window
// and the size of the result.
func (t *Tensor) poolWindow(op string, k int, options []PoolOptions) (w nd.Window, oh, ow int) {
	given := []*Tensor{t}
	t.checkImage(op)
	o := oneOption(op, given, options)
	w.KernelH, w.KernelW = pair(k, o.KernelHW, 0)
	atLeast(op, given, "the kernel", w.KernelH, w.KernelW, 1)
	w.StrideH, w.StrideW = pair(o.Stride, o.StrideHW, 0)
	if o.Stride == 0 && o.StrideHW == [2]int{} {
		w.StrideH, w.StrideW = w.KernelH, w.KernelW
	}
	w.PaddingH, w.PaddingW = pair(o.Padding, o.PaddingHW, 0)
	w.DilationH, w.DilationW = pair(o.Dilation, o.DilationHW, 1)
	atLeast(op, given, "Stride", w.StrideH, w.StrideW, 1)
	atLeast(op, given, "Padding", w.PaddingH, w.PaddingW, 0)
	atLeast(op, given, "Dilation", w.DilationH, w.DilationW, 1)
	if 2*w.PaddingH > w.KernelH || 2*w.PaddingW > w.KernelW {
		badShape(op, given, "the padding %d x %d must be at most half the kernel, %d x %d", w.PaddingH, w.PaddingW,
			w.KernelH, w.KernelW)
	}
	w.ExcludePad, w.DivisorOverride = o.ExcludePad, o.DivisorOverride
	h, wide := t.a.Size(int(t.a.Rank)-2), t.a.Size(int(t.a.Rank)-1)
	oh = poolOut(op, given, "rows", h, w.KernelH, w.StrideH, w.PaddingH, w.DilationH, o.CeilMode)
	ow = poolOut(op, given, "columns", wide, w.KernelW, w.StrideW, w.PaddingW, w.DilationW, o.CeilMode)
	return w, oh, ow
}

// oneOption is the options given, or the zero value.
func oneOption(op string, given []*Tensor, options []PoolOptions) PoolOptions {
	switch len(options) {
	case 0:
		return PoolOptions{}
	case 1:
		return options[0]
	}
	badShape(op, given, "one PoolOptions is wanted, not %d", len(options))
	return PoolOptions{}
}

// poolOut is the length of a pooling's result along one dimension. In ceil mode the
// last window must begin inside the input or the padding before it.
func poolOut(op string, given []*Tensor, what string, size, k, stride, padding, dilation int, ceil bool) int {
	reach := dilation*(k-1) + 1
	room := size + 2*padding - reach
	if ceil {
		room += stride - 1
	}
	if size < 1 || room < 0 {
		badShape(op, given, "the window reaches over %d %s, the padded input has only %d", reach, what, size+2*padding)
	}
	n := room/stride + 1
	if ceil && (n-1)*stride >= size+padding {
		n--
	}
	return n
}

// checkImage panics unless t is floats [N, C, H, W] or [C, H, W].
func (t *Tensor) checkImage(op string) {
	floats(op, t)
	if t.a.Rank != 3 && t.a.Rank != 4 {
		badShape(op, []*Tensor{t}, "an input [N, C, H, W] or [C, H, W] is wanted")
	}
}

// planes makes room for a result with t's shape but h x w in the last two
// dimensions.
func (t *Tensor) planes(s *Scope, h, w int) *Tensor {
	dims, rank := t.a.Dims, int(t.a.Rank)
	dims[rank-2], dims[rank-1] = int32(h), int32(w)
	return shaped(s, t.device(), t.a.Type, dims, rank)
}

// plane is the size of the last two dimensions of an operation's first input.
func (c *context) plane() (h, w int) {
	n := c.n.edge(0).node
	return int(n.dims[n.rank-2]), int(n.dims[n.rank-1])
}

// pool1d is a pooling along the last dimension of t [N, C, L] or [C, L], as one of
// height 1.
func (t *Tensor) pool1d(op string, k int, options []PoolOptions, pool func(*Tensor, string, int, []PoolOptions) *Tensor) *Tensor {
	given := []*Tensor{t}
	floats(op, t)
	if t.a.Rank != 2 && t.a.Rank != 3 {
		badShape(op, given, "an input [N, C, L] or [C, L] is wanted")
	}
	o := oneOption(op, given, options)
	if o.KernelHW != [2]int{} || o.StrideHW != [2]int{} || o.PaddingHW != [2]int{} || o.DilationHW != [2]int{} {
		badShape(op, given, "there is one dimension: set Stride, Padding and Dilation, not the HW forms")
	}
	o.KernelHW = [2]int{1, k}
	if o.Stride != 0 {
		o.StrideHW = [2]int{1, o.Stride}
	}
	o.PaddingHW, o.Padding = [2]int{0, o.Padding}, 0
	o.DilationHW = [2]int{1, max1(o.Dilation)}
	return pool(t.Unsqueeze(-2), op, k, []PoolOptions{o}).Squeeze(-2)
}
