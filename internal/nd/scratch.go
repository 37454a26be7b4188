package nd

import (
	"sync"
	"unsafe"
)

// block is how many elements a strided operand is gathered at a time.
const block = 512

// scratch is memory that a thread gathers strided operands in: a block of each. On
// the stack it would not stay, since kernels are called through a table.
type scratch struct {
	words [maxOperands][block]uint64
	tile  tile
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// blockOf is block k as elements of type T, which hold no pointers.
func blockOf[T any](s *scratch, k int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(&s.words[k])), block)
}
