package tensor

// Conv1d is [Conv2d] along one dimension: x is [N, C, L] or [C, L], w
// [O, C/Groups, k], b [O] or nil, the result [N, O, oL] or [O, oL]. The plain
// options count; the HW forms must not be set. It is computed, and recorded, as a
// conv2d of height 1.
func Conv1d(x, w, b *Tensor, o ConvOptions) *Tensor {
	notNil("Conv1d", x, w)
	given := []*Tensor{x, w, b}
	floats("Conv1d", given...)
	if x.a.Rank != 2 && x.a.Rank != 3 || w.a.Rank != 3 {
		badShape("Conv1d", given, "an input [N, C, L] or [C, L] and a weight [O, C/groups, k] are wanted")
	}
	if o.StrideHW != [2]int{} || o.PaddingHW != [2]int{} || o.DilationHW != [2]int{} {
		badShape("Conv1d", given, "there is one dimension: set Stride, Padding and Dilation, not the HW forms")
	}
	o.StrideHW, o.Stride = [2]int{1, max1(o.Stride)}, 0
	o.PaddingHW, o.Padding = [2]int{0, o.Padding}, 0
	o.DilationHW, o.Dilation = [2]int{1, max1(o.Dilation)}, 0
	batch := x
	if x.a.Rank == 2 {
		batch = x.Unsqueeze(0)
	}
	y := convolve("Conv1d", given, batch.Unsqueeze(2), w.Unsqueeze(2), b, o).Squeeze(2)
	if x.a.Rank == 2 {
		y = y.Squeeze(0)
	}
	return y
}

// max1 is n with 0 taken as 1.
func max1(n int) int {
	if n == 0 {
		return 1
	}
	return n
}
