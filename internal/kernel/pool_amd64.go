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
	far, farAverages := poolWindows(poolWindowsFar, poolWindowsFar), poolWindows(poolAveragesFar, poolAveragesFar)
	Register(&Table{
		Path:           cpu.AVX512,
		MaxPoolWindows: PoolKernels{poolWindows(poolWindows1_512, poolWindows1_256), poolWindows(poolWindows2_512, poolWindows2_256), far},
		AvgPoolWindows: PoolKernels{poolWindows(poolAverages1_512, poolAverages1_256), poolWindows(poolAverages2_512, poolAverages2_256), farAverages},
	})
	Register(&Table{
		Path:           cpu.AVX2,
		MaxPoolWindows: PoolKernels{poolWindows(poolWindows1_256, poolWindows1_256), poolWindows(poolWindows2_256, poolWindows2_256), far},
		AvgPoolWindows: PoolKernels{poolWindows(poolAverages1_256, poolAverages1_256), poolWindows(poolAverages2_256, poolAverages2_256), farAverages},
	})
}

// poolWindows is a kernel for rows of at least 16 columns, and one for shorter ones.
func poolWindows(long, short func(*byte)) func(*PoolWindows) {
	return func(a *PoolWindows) {
		a.check()
		if a.Columns >= 16 {
			long((*byte)(unsafe.Pointer(a)))
		} else {
			short((*byte)(unsafe.Pointer(a)))
		}
	}
}
