package tensor

import (
	"math"
	"reflect"

	"github.com/lumen-ml/lumen/internal/nd"
)

// FromSlice returns a tensor with a copy of data in row-major order. No shape means
// one dimension of len(data); the shape's product must be len(data).
func FromSlice[T Element](data []T, shape ...int) *Tensor {
	if shape == nil {
		shape = []int{len(data)}
	}
	checkShape("FromSlice", shape)
	t := result(nil, nd.CPU, nd.TypeOf[T](), shape...)
	if t.Numel() != len(data) {
		panic(&ShapeError{Op: "FromSlice", Shapes: [][]int{shape}, Where: caller(),
			Want: plural(len(data), "value") + " given, the shape holds " + plural(t.Numel(), "value")})
	}
	copy(nd.Slice[T](&t.a), data)
	return t
}

// FromNested returns a tensor with the values of nested slices or arrays, such as
// [][]float32{{1, 2}, {3, 4}}; all rows of a level must have one length. A bare
// number gives a scalar; int gives int64.
func FromNested(values any) *Tensor {
	v := reflect.ValueOf(values)
	var shape []int
	for w := v; w.Kind() == reflect.Slice || w.Kind() == reflect.Array; w = w.Index(0) {
		shape = append(shape, w.Len())
		if w.Len() == 0 {
			break
		}
	}
	elem := reflect.TypeOf(values)
	for elem != nil && (elem.Kind() == reflect.Slice || elem.Kind() == reflect.Array) {
		elem = elem.Elem()
	}
	if elem == nil {
		panic(&DTypeError{Op: "FromNested", Want: "nested slices of numbers or bools are wanted, not nil", Where: caller()})
	}
	switch elem.Kind() {
	case reflect.Float32:
		return fromNested[float32](v, shape)
	case reflect.Float64:
		return fromNested[float64](v, shape)
	case reflect.Int, reflect.Int64:
		return fromNested[int64](v, shape)
	case reflect.Int32:
		return fromNested[int32](v, shape)
	case reflect.Uint8:
		return fromNested[uint8](v, shape)
	case reflect.Bool:
		return fromNested[bool](v, shape)
	}
	panic(&DTypeError{Op: "FromNested", Where: caller(),
		Want: "elements of type " + elem.String() + " are not supported; use float32, float64, int, int64, int32, uint8 or bool"})
}

func fromNested[T Element](v reflect.Value, shape []int) *Tensor {
	var data []T
	want := reflect.TypeFor[T]()
	var walk func(v reflect.Value, level int)
	walk = func(v reflect.Value, level int) {
		if level == len(shape) {
			data = append(data, v.Convert(want).Interface().(T))
			return
		}
		if v.Len() != shape[level] {
			panic(&ShapeError{Op: "FromNested", Shapes: [][]int{shape}, Where: caller(),
				Want: "every row must have " + plural(shape[level], "element") + ", one has " + plural(v.Len(), "element")})
		}
		for i := range v.Len() {
			walk(v.Index(i), level+1)
		}
	}
	walk(v, 0)
	if shape == nil {
		shape = []int{}
	}
	return FromSlice(data, shape...)
}

// Scalar returns a float32 tensor without dimensions.
func Scalar(v float64) *Tensor { return full("Scalar", Float32, v, nil) }

// Zeros returns a float32 tensor of zeros.
func Zeros(shape ...int) *Tensor { return full("Zeros", Float32, 0, shape) }

// Ones returns a float32 tensor of ones.
func Ones(shape ...int) *Tensor { return full("Ones", Float32, 1, shape) }

// Full returns a float32 tensor with one value.
func Full(value float64, shape ...int) *Tensor { return full("Full", Float32, value, shape) }

// ZerosOf returns a tensor of zeros (false) of the given element type.
func ZerosOf(dtype DType, shape ...int) *Tensor { return full("ZerosOf", dtype, 0, shape) }

// OnesOf returns a tensor of ones (true) of the given element type.
func OnesOf(dtype DType, shape ...int) *Tensor { return full("OnesOf", dtype, 1, shape) }

// FullOf returns a tensor of the given element type with one value, truncated for
// integers; for bools anything but 0 is true.
func FullOf(dtype DType, value float64, shape ...int) *Tensor {
	return full("FullOf", dtype, value, shape)
}

func full(op string, dtype DType, value float64, shape []int) *Tensor {
	checkShape(op, shape)
	if dtype > Bool {
		panic(&DTypeError{Op: op, DTypes: []DType{dtype}, Want: "there is no element type " + itoa(int(dtype)), Where: caller()})
	}
	t := result(nil, nd.CPU, dtype, shape...)
	if value != 0 {
		t.device().Fill(&t.a, value)
	}
	return t
}

// ZerosLike returns zeros of t's shape, element type and device.
func ZerosLike(t *Tensor) *Tensor { return FullLike(t, 0) }

// OnesLike returns ones of t's shape, element type and device.
func OnesLike(t *Tensor) *Tensor { return FullLike(t, 1) }

// FullLike returns a tensor with one value, of t's shape, element type and device.
func FullLike(t *Tensor, value float64) *Tensor {
	begin("FullLike", t)
	y := like(nil, t)
	y.device().Fill(&y.a, value)
	return y
}

// Arange returns start, start+step, ... below stop (above it for a negative step) as
// float32; convert with To.
func Arange(start, stop, step float64) *Tensor {
	if step == 0 || math.IsNaN(step) || math.IsNaN(stop-start) || math.IsInf(stop-start, 0) {
		panic(&ShapeError{Op: "Arange", Want: "finite limits and a step other than 0 are wanted", Where: caller()})
	}
	n := max(0, math.Ceil((stop-start)/step))
	if n > nd.MaxElements {
		panic(&ShapeError{Op: "Arange", Want: "a tensor has at most 2147483647 elements", Where: caller()})
	}
	data := make([]float32, int(n))
	for i := range data {
		data[i] = float32(start + float64(i)*step)
	}
	return FromSlice(data)
}

// Linspace returns n evenly spaced float32 values from start to stop, both included.
func Linspace(start, stop float64, n int) *Tensor {
	checkShape("Linspace", []int{n})
	data := make([]float32, n)
	for i := range data {
		switch {
		case n == 1:
			data[i] = float32(start)
		case i < n/2: // from both ends, so that the ends are exact
			data[i] = float32(start + (stop-start)/float64(n-1)*float64(i))
		default:
			data[i] = float32(stop - (stop-start)/float64(n-1)*float64(n-1-i))
		}
	}
	return FromSlice(data)
}

// Eye returns the n x n identity matrix, float32.
func Eye(n int) *Tensor {
	t := full("Eye", Float32, 0, []int{n, n})
	d := t.a
	d.Rank, d.Dims[0], d.Strides[0] = 1, int32(n), int32(n+1)
	t.device().Fill(&d, 1)
	return t
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}
