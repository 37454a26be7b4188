package kernel

import "fmt"

// CompareOp is a comparison of two numbers.
type CompareOp uint8

// The comparisons. With a NaN only Ne is true.
const (
	Eq CompareOp = iota // x == y
	Ne                  // x != y
	Lt                  // x < y
	Le                  // x <= y
	Gt                  // x > y
	Ge                  // x >= y
	compareOps
)

var compareNames = [compareOps]string{"eq", "ne", "lt", "le", "gt", "ge"}

// String returns the comparison's name as PyTorch spells it.
func (op CompareOp) String() string {
	if op < compareOps {
		return compareNames[op]
	}
	return fmt.Sprintf("CompareOp(%d)", uint8(op))
}

// Compare computes dst[i] = x[i] op y[i].
func Compare[T Number](op CompareOp, dst []bool, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	switch op {
	case Gt:
		op, x, y = Lt, y, x
	case Ge:
		op, x, y = Le, y, x
	}
	if f, ok := as[float32](x); ok && op < compareOps {
		if compare := Active().Compare32[op]; compare != nil {
			g, _ := as[float32](y)
			whole := compare(dst, f, g)
			dst, x, y = dst[whole:], x[whole:], y[whole:]
		}
	}
	compareGeneric(op, dst, x, y)
}

func compareGeneric[T Number](op CompareOp, dst []bool, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	switch op {
	case Eq:
		for i := range dst {
			dst[i] = x[i] == y[i]
		}
	case Ne:
		for i := range dst {
			dst[i] = x[i] != y[i]
		}
	case Lt:
		for i := range dst {
			dst[i] = x[i] < y[i]
		}
	case Le:
		for i := range dst {
			dst[i] = x[i] <= y[i]
		}
	default:
		panic(fmt.Sprintf("kernel: there is no comparison %v", op))
	}
}
