package nd

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/kernel"
)

var freeConvolutions32, freeConvolutions64 sync.Pool

// freeConvolutions is the free list of convolutions of T, whose scratch memory is
// thereby used again.
func freeConvolutions[T kernel.Float]() *sync.Pool {
	if T(1)+0x1p-40 == 1 { // float32
		return &freeConvolutions32
	}
	return &freeConvolutions64
}
