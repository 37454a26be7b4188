package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Edit calls edit with t's elements in row-major order, to be changed in place and
// outside any graph: for augmentation and the like, where Data and FromSlice would copy.
// t must be contiguous and untracked, and T its element type; edit must not keep the
// slice.
func Edit[T Element](t *Tensor, edit func(data []T)) {
	notNil("Edit", t)
	begin("Edit", t)
	if edit == nil {
		panic(&ShapeError{Op: "Edit", Shapes: [][]int{t.Shape()}, Want: "a function that changes the elements is wanted, not nil", Where: caller()})
	}
	if nd.TypeOf[T]() != t.a.Type {
		badType("Edit", []*Tensor{t}, "the elements are %v, not %v", t.a.Type, nd.TypeOf[T]())
	}
	if t.node != nil {
		badGraph("Edit", "the tensor is tracked; change parameters through their Value, not the tensor Use returned")
	}
	if t.device() != nd.CPU {
		panic(&DeviceError{Op: "Edit", Want: "a tensor on the CPU is wanted, this one is on " + t.device().Name, Where: caller()})
	}
	if !t.a.Contiguous() {
		badShape("Edit", []*Tensor{t}, "the elements must lie in row-major order; Contiguous copies them so")
	}
	defer func() { t.a.Buf.Version++ }() // also where edit panics half-way
	n := t.Numel()
	edit(nd.Slice[T](&t.a)[:n:n])
}
