package safetensors

import (
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// dtypes are the element types of the format in the reference implementation's order, which is also the order in which
// tensors are written, from the last to the first.
var dtypes = []struct {
	name string
	bits uint64 // of one element
}{
	{"BOOL", 8},
	{"F4", 4},
	{"F6_E2M3", 6},
	{"F6_E3M2", 6},
	{"U8", 8},
	{"I8", 8},
	{"F8_E5M2", 8},
	{"F8_E4M3", 8},
	{"F8_E8M0", 8},
	{"F8_E4M3FNUZ", 8},
	{"F8_E5M2FNUZ", 8},
	{"I16", 16},
	{"U16", 16},
	{"F16", 16},
	{"BF16", 16},
	{"I32", 32},
	{"U32", 32},
	{"F32", 32},
	{"C64", 64},
	{"F64", 64},
	{"I64", 64},
	{"U64", 64},
}

// rank is the place of a type in dtypes, or -1.
func rank(name string) int {
	for i := range dtypes {
		if dtypes[i].name == name {
			return i
		}
	}
	return -1
}

// written has the name in a file of each of Lumen's types.
var written = map[tensor.DType]string{
	tensor.Float32: "F32",
	tensor.Float64: "F64",
	tensor.Int64:   "I64",
	tensor.Int32:   "I32",
	tensor.Uint8:   "U8",
	tensor.Bool:    "BOOL",
}

// advice says what to do about a type that Lumen does not have.
func advice(name string) string {
	switch name {
	case "I8", "I16", "U16":
		return "store it as I32"
	case "U32", "U64":
		return "store it as I64"
	case "C64":
		return "store its real and imaginary parts as F32"
	}
	return "store it as F32 or BF16"
}

// readable reports whether the elements of a type can be read into a tensor.
func readable(name string) bool {
	return slices.Contains([]string{"F32", "F64", "I64", "I32", "U8", "BOOL", "F16", "BF16"}, name)
}
