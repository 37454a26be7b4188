package kernel

import "sync"

// FreeLists are two lists of what can be used again, as it is made for float32 and for
// float64.
type FreeLists struct{ float32, float64 sync.Pool }

// FreeList is the list of T.
func FreeList[T Float](l *FreeLists) *sync.Pool {
	if T(1)+0x1p-40 == 1 {
		return &l.float32
	}
	return &l.float64
}
