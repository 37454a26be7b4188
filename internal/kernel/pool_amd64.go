package kernel

import (
	"unsafe"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	for path, f := range map[string][2]func(*byte){
		cpu.AVX512: {poolMax2x2AVX512, poolMax2x2BackAVX512},
		cpu.AVX2:   {poolMax2x2AVX2, poolMax2x2BackAVX2},
	} {
		Register(&Table{
			Path: path,
			MaxPool2x2: func(a *PoolRows) {
				a.check()
				f[0]((*byte)(unsafe.Pointer(a)))
			},
			MaxPool2x2Back: func(a *PoolRows) {
				a.check()
				_ = a.Index[0]
				f[1]((*byte)(unsafe.Pointer(a)))
			},
		})
	}
}
