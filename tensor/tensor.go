package tensor

import (
	"github.com/lumen-ml/lumen/internal/nd"
)

// DType is the type of a tensor's elements.
type DType = nd.DType

// The element types. Float32 is the default.
const (
	Float32 = nd.Float32
	Float64 = nd.Float64
	Int64   = nd.Int64
	Int32   = nd.Int32
	Uint8   = nd.Uint8
	Bool    = nd.Bool
)

// Element lists the Go types of the elements.
type Element = nd.Element

// MaxDims is the greatest number of dimensions.
const MaxDims = nd.MaxDims

// Tensor is an n-dimensional array that remembers how it was made, if asked to.
// Operations are methods that return new tensors; views (Reshape, Transpose,
// Slice ...) share memory with what they came from.
type Tensor struct {
	a     nd.Array
	scope *Scope // whose step memory and observer results use; nil: none
	node  *node  // how it was made or where its gradient goes; nil: not tracked
	seen  uint32 // of a view: the version of the memory when it was taken, plus 1
}

// Shape returns a copy of the lengths of the dimensions; empty for a scalar.
func (t *Tensor) Shape() []int {
	notNil("Shape", t)
	return t.a.Shape()
}

// Size returns the length of dimension dim; negative dims count from the end.
func (t *Tensor) Size(dim int) int { return t.a.Size(t.dim("Size", dim)) }

// Dim returns the number of dimensions.
func (t *Tensor) Dim() int {
	notNil("Dim", t)
	return int(t.a.Rank)
}

// Numel returns the number of elements.
func (t *Tensor) Numel() int {
	notNil("Numel", t)
	return t.a.Numel()
}

// DType returns the type of the elements.
func (t *Tensor) DType() DType {
	notNil("DType", t)
	return t.a.Type
}

// Contiguous reports whether the elements lie in row-major order without gaps.
func (t *Tensor) Contiguous() bool {
	notNil("Contiguous", t)
	return t.a.Contiguous()
}

// Item returns the value of a tensor of one element; true is 1. An int64 above
// 2^53 is rounded.
func (t *Tensor) Item() float64 {
	begin("Item", t)
	if t.Numel() != 1 {
		badShape("Item", []*Tensor{t}, "a single element is wanted; take one with Select or use Data")
	}
	if t.device() == nd.CPU {
		return number(&t.a)
	}
	var d nd.Array
	d.Type = Float64
	d.Buf = nd.NewBuffer(8)
	x := t.a
	x.Rank = 0
	t.device().Copy(&d, &x)
	return nd.Slice[float64](&d)[0]
}

// number is the first element of an array on the CPU.
func number(a *nd.Array) float64 {
	switch a.Type {
	case Float32:
		return float64(nd.Slice[float32](a)[0])
	case Float64:
		return nd.Slice[float64](a)[0]
	case Int64:
		return float64(nd.Slice[int64](a)[0])
	case Int32:
		return float64(nd.Slice[int32](a)[0])
	case Uint8:
		return float64(nd.Slice[uint8](a)[0])
	}
	if nd.Slice[bool](a)[0] {
		return 1
	}
	return 0
}

// Data returns a copy of t's elements in row-major order. It panics with a
// *DTypeError if T is not t's element type; see To.
func Data[T Element](t *Tensor) []T {
	begin("Data", t)
	if nd.TypeOf[T]() != t.a.Type {
		badType("Data", []*Tensor{t}, "the elements are %v, not %v; convert with To(tensor.%s) first",
			t.a.Type, nd.TypeOf[T](), goName(nd.TypeOf[T]()))
	}
	out := make([]T, t.Numel())
	if len(out) == 0 {
		return out
	}
	if t.a.Contiguous() {
		copy(out, nd.Slice[T](&t.a))
		return out
	}
	c := t.a
	c.Buf, c.Off = nd.NewBuffer(len(out)*t.a.Type.Size()), 0
	c.SetContiguous()
	t.device().Copy(&c, &t.a)
	copy(out, nd.Slice[T](&c))
	return out
}

func goName(d DType) string {
	return [...]string{"Float32", "Float64", "Int64", "Int32", "Uint8", "Bool"}[d]
}

// dim turns a dimension that may count from the end into one that does not.
func (t *Tensor) dim(op string, dim int) int {
	notNil(op, t)
	r := int(t.a.Rank)
	d := dim
	if d < 0 {
		d += r
	}
	if r == 0 {
		badIndex(op, t, dim, "a scalar has no dimensions")
	}
	if d < 0 || d >= r {
		badIndex(op, t, dim, "the dimension must be between %d and %d", -r, r-1)
	}
	return d
}

// device is where t's memory is.
func (t *Tensor) device() *nd.Device { return t.a.Buf.Device }

// begin checks the operands, tells who traces that the operation begins, and returns the
// Scope of the result.
func begin(op string, ts ...*Tensor) *Scope {
	s := common(op, ts...)
	if s != nil && s.starting != nil {
		s.start(op, ts[0])
	}
	return s
}

// common checks that the operands, of which all but the first may be nil, are usable
// together and tells the Scope of the result: that of the first tracked operand, else
// of the first that has one.
func common(op string, ts ...*Tensor) *Scope {
	var s *Scope
	tracked := false
	for i, t := range ts {
		if t == nil {
			if i == 0 {
				notNil(op, nil)
			}
			continue
		}
		if t.a.Buf.Gen != t.a.Gen {
			panic(&StaleError{Op: op, Shape: t.Shape(), Where: caller()})
		}
		if t.a.Buf.Device != ts[0].a.Buf.Device && i > 0 {
			panic(&DeviceError{Op: op, Want: "the operands are on " + ts[0].a.Buf.Device.Name + " and on " +
				t.a.Buf.Device.Name + "; bring them to one device", Where: caller()})
		}
		if t.node != nil && !tracked {
			s, tracked = t.scope, true
		} else if s == nil && !tracked {
			s = t.scope
		}
	}
	return s
}

// notNil panics if one of the operands, all of which an operation must have, is nil.
func notNil(op string, ts ...*Tensor) {
	for i, t := range ts {
		if t == nil {
			badShape(op, ts, "operand %d is a nil *Tensor, such as Grad gives before a Backward; a tensor is wanted", i)
		}
	}
}

// sameType checks that the operands have one element type.
func sameType(op string, ts ...*Tensor) {
	notNil(op, ts[0])
	for _, t := range ts[1:] {
		if t != nil && t.a.Type != ts[0].a.Type {
			badType(op, ts, "the element types must be equal; convert one with To")
		}
	}
}

// floats checks that all operands are float32 or float64, and of one type.
func floats(op string, ts ...*Tensor) {
	notNil(op, ts[0])
	for _, t := range ts {
		if t != nil && !t.a.Type.IsFloat() {
			badType(op, ts, "floats are wanted; convert with To(tensor.Float32)")
		}
	}
	sameType(op, ts...)
}

// small is a Tensor with the memory of its few elements inside: one allocation.
type small struct {
	Tensor
	nd.Small
}

// newResult makes room for a result of n elements; the caller sets its shape.
func newResult(s *Scope, dev *nd.Device, dtype DType, n int) *Tensor {
	bytes := n * dtype.Size()
	if n <= smallest && n > 0 && bytes <= nd.SmallBytes && dev == nd.CPU {
		t := new(small)
		t.Tensor.a.Buf, t.Tensor.a.Type, t.scope = t.Small.Init(bytes), dtype, s
		return &t.Tensor
	}
	t := s.header()
	t.scope = s
	t.a.Type = dtype
	t.a.Buf = s.buffer(dev, n, bytes)
	t.a.Gen = t.a.Buf.Gen
	return t
}

// result makes room for an operation's result: step memory of s if it has any.
// The memory is not cleared.
func result(s *Scope, dev *nd.Device, dtype DType, shape ...int) *Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	t := newResult(s, dev, dtype, n)
	t.a.SetShape(shape)
	return t
}

// like is result with x's shape, type and device.
func like(s *Scope, x *Tensor) *Tensor { return likeType(s, x, x.a.Type) }

func likeType(s *Scope, x *Tensor, dtype DType) *Tensor {
	t := newResult(s, x.device(), dtype, x.a.Numel())
	t.a.Rank, t.a.Dims = x.a.Rank, x.a.Dims
	t.a.SetContiguous()
	return t
}

// shaped is result with the shape as an array.
func shaped(s *Scope, dev *nd.Device, dtype DType, dims [MaxDims]int32, rank int) *Tensor {
	n := 1
	for _, d := range dims[:rank] {
		n *= int(d)
	}
	t := newResult(s, dev, dtype, n)
	t.a.Rank, t.a.Dims = uint8(rank), dims
	t.a.SetContiguous()
	return t
}

func (t *Tensor) alloc(dev *nd.Device) {
	n := t.Numel()
	t.a.Buf = t.scope.buffer(dev, n, n*t.a.Type.Size())
	t.a.Gen = t.a.Buf.Gen
}

// view is a tensor that shares t's memory; the caller changes shape and strides.
func (t *Tensor) view(s *Scope) *Tensor {
	seen := t.seen // of a view, what it saw is what counts
	if seen == 0 {
		seen = t.a.Buf.Version + 1
	}
	v := s.header()
	v.a, v.scope, v.seen = t.a, s, seen
	return v
}

// checkShape panics unless the shape is one a tensor can have.
func checkShape(op string, shape []int) {
	bad := func(want string) { // with a copy, so that the caller's slice need not be allocated
		panic(&ShapeError{Op: op, Shapes: [][]int{append([]int{}, shape...)}, Want: want, Where: caller()})
	}
	n := 1
	if len(shape) > MaxDims {
		bad("at most 8 dimensions are possible")
	}
	zero := false
	for _, d := range shape {
		if d < 0 {
			bad("lengths must not be negative")
		}
		zero = zero || d == 0
	}
	for _, d := range shape {
		if d > nd.MaxElements || !zero && n*d > nd.MaxElements {
			bad("a tensor has at most 2147483647 elements")
		}
		if !zero {
			n *= d
		}
	}
}

// contiguous is t itself if its elements lie in row-major order, else a copy,
// unrecorded: for device functions that want it so.
func (t *Tensor) contiguous() *Tensor {
	if t.a.Contiguous() {
		return t
	}
	c := like(t.scope, t)
	t.device().Copy(&c.a, &t.a)
	return c
}
