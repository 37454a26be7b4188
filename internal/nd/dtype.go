package nd

// DType is the type of an array's elements. The zero value is Float32.
type DType uint8

// The element types. Bool is stored as one byte an element.
const (
	Float32 DType = iota
	Float64
	Int64
	Int32
	Uint8
	Bool
	numDTypes
)

// Element lists the Go types of the elements.
type Element interface {
	float32 | float64 | int64 | int32 | uint8 | bool
}

var dtypeNames = [numDTypes]string{"float32", "float64", "int64", "int32", "uint8", "bool"}
var dtypeSizes = [numDTypes]int{4, 8, 8, 4, 1, 1}

// String is the name as in Go and PyTorch: "float32".
func (d DType) String() string {
	if d < numDTypes {
		return dtypeNames[d]
	}
	return "invalid"
}

// Size is the number of bytes of one element.
func (d DType) Size() int { return dtypeSizes[d] }

// IsFloat reports whether d is float32 or float64: only those are differentiable.
func (d DType) IsFloat() bool { return d <= Float64 }

// IsInteger reports whether d is int64, int32 or uint8.
func (d DType) IsInteger() bool { return d >= Int64 && d <= Uint8 }

// TypeOf is the DType of the Go type T.
func TypeOf[T Element]() DType {
	var v T
	switch any(v).(type) {
	case float32:
		return Float32
	case float64:
		return Float64
	case int64:
		return Int64
	case int32:
		return Int32
	case uint8:
		return Uint8
	}
	return Bool
}
