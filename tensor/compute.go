package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Compute returns a new tensor whose elements compute derives from those of x, both in
// row-major order: for what packages above this one do outside of any graph, such as image
// filters, where Data and FromSlice would copy. The result belongs to the Scope of x. x must
// be untracked and S its element type; if it is not contiguous, compute sees a copy.
//
// The memory of the result is not cleared: compute has to write every element. It must not
// change x, nor keep the slices. No shape means a scalar.
func Compute[D, S Element](x *Tensor, compute func(result []D, x []S), shape ...int) *Tensor {
	notNil("Compute", x)
	s := begin("Compute", x)
	checkShape("Compute", shape)
	if compute == nil {
		panic(&ShapeError{Op: "Compute", Shapes: [][]int{x.Shape()}, Want: "a function that writes the elements is wanted, not nil", Where: caller()})
	}
	if nd.TypeOf[S]() != x.a.Type {
		badType("Compute", []*Tensor{x}, "the elements are %v, not %v", x.a.Type, nd.TypeOf[S]())
	}
	if x.node != nil {
		badGraph("Compute", "the tensor is tracked, and what is computed here has no gradient; Detach it first")
	}
	if x.device() != nd.CPU {
		panic(&DeviceError{Op: "Compute", Want: "a tensor on the CPU is wanted, this one is on " + x.device().Name, Where: caller()})
	}
	y := result(s, nd.CPU, nd.TypeOf[D](), shape...)
	in := x.contiguous()
	n, m := y.Numel(), x.Numel()
	compute(nd.Slice[D](&y.a)[:n:n], nd.Slice[S](&in.a)[:m:m])
	return untracked("compute", y, x)
}
