package kernel

import "github.com/lumen-ml/lumen/internal/cpu"

func init() {
	Register(&Table{
		Path: cpu.AVX2,
		WeightedSum32: func(dst []float32, sources [][]float32, weights []float32, bias float32) bool {
			if len(dst) < 8 {
				return false
			}
			// Elements times sources are bounded in a call, which cannot be preempted.
			step := max(1<<20/len(sources), 64)
			for from := 0; from < len(dst); from += step {
				filterWeightedSum256(&dst[0], from, min(from+step, len(dst)), &sources[0], &weights[0], len(sources), bias)
			}
			return true
		},
		Saturate32: func(dst []uint8, x []float32) int {
			return eachCall(len(dst), 32, func(from, n int) { filterSaturate256(&dst[from], &x[from], n) })
		},
	})
}
