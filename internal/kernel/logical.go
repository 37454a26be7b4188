package kernel

import (
	"fmt"
	"unsafe"
)

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
	d, a, b := words(dst), words(x), words(y)
	whole := 8 * len(d)
	switch op {
	case And:
		for i := range d {
			d[i] = a[i] & b[i]
		}
	case Or:
		for i := range d {
			d[i] = a[i] | b[i]
		}
	case Xor:
		for i := range d {
			d[i] = a[i] ^ b[i]
		}
	}
	dst, x, y = dst[whole:], x[whole:], y[whole:]
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
	d, a := words(dst), words(x)
	for i, v := range a {
		d[i] = v ^ 0x0101010101010101
	}
	dst, x = dst[8*len(d):], x[8*len(d):]
	for i, v := range x {
		dst[i] = !v
	}
}

// words sees eight bools at a time, which are bytes of 0 or 1, without the rest.
func words(x []bool) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/8)
}
