package kernel

import (
	"unsafe"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	Register(&Table{
		Path: cpu.AVX512,
		MaxPool2x2: func(a *PoolRows) {
			a.check()
			poolMax2x2AVX512((*byte)(unsafe.Pointer(a)))
		},
		MaxPool2x2Back: func(a *PoolRows) {
			a.check()
			_ = a.Index[0]
			poolMax2x2BackAVX512((*byte)(unsafe.Pointer(a)))
		},
	})
}
