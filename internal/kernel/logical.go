package kernel

import "fmt"

// LogicalOp is a function of two truth values.
type LogicalOp uint8

// The logical operations.
const (
	And LogicalOp = iota
	Or
	Xor
	logicalOps
)

var logicalNames = [logicalOps]string{"logical_and", "logical_or", "logical_xor"}

// String returns the operation's name as PyTorch spells it.
func (op LogicalOp) String() string {
	if op < logicalOps {
		return logicalNames[op]
	}
	return fmt.Sprintf("LogicalOp(%d)", uint8(op))
}

// Logical computes dst[i] = x[i] op y[i].
func Logical(op LogicalOp, dst, x, y []bool) {
	x, y = x[:len(dst)], y[:len(dst)]
	switch op {
	case And:
		for i := range dst {
			dst[i] = x[i] && y[i]
		}
	case Or:
		for i := range dst {
			dst[i] = x[i] || y[i]
		}
	case Xor:
		for i := range dst {
			dst[i] = x[i] != y[i]
		}
	default:
		panic(fmt.Sprintf("kernel: there is no logical operation %v", op))
	}
}

// Not computes dst[i] = !x[i].
func Not(dst, x []bool) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = !v
	}
}
