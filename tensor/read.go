package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Read calls read with t's elements in row-major order: for what looks at a tensor without
// taking part in any graph, such as statistics, where Data would copy. t may be tracked; nothing
// is recorded, nobody is told, and the memory of a step goes round as if nobody had looked. If t is not
// contiguous read sees a copy. It must neither change nor keep the slice.
func Read[T Element](t *Tensor, read func(data []T)) {
	notNil("Read", t)
	if t.a.Buf.Gen != t.a.Gen {
		panic(&StaleError{Op: "Read", Shape: t.Shape(), Where: caller()})
	}
	if read == nil {
		panic(&ShapeError{Op: "Read", Shapes: [][]int{t.Shape()}, Want: "a function that looks at the elements is wanted, not nil", Where: caller()})
	}
	if nd.TypeOf[T]() != t.a.Type {
		badType("Read", []*Tensor{t}, "the elements are %v, not %v", t.a.Type, nd.TypeOf[T]())
	}
	if t.device() != nd.CPU {
		panic(&DeviceError{Op: "Read", Want: "a tensor on the CPU is wanted, this one is on " + t.device().Name, Where: caller()})
	}
	a := &t.a
	if !a.Contiguous() {
		c := t.a
		c.Buf, c.Off = nd.NewBuffer(t.Numel()*t.a.Type.Size()), 0
		c.SetContiguous()
		t.device().Copy(&c, &t.a)
		a = &c
	}
	n := t.Numel()
	read(nd.Slice[T](a)[:n:n])
}
