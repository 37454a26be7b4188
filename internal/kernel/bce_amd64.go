package kernel

import "github.com/lumen-ml/lumen/internal/cpu"

func init() {
	Register(&Table{Path: cpu.AVX512, BCE32: vectorBinary(lossBCE512), BCEGrad32: vectorBinaryWith(lossBCEGrad512)})
	Register(&Table{Path: cpu.AVX2, BCE32: vectorBinary(lossBCE256), BCEGrad32: vectorBinaryWith(lossBCEGrad256)})
}

func vectorBinaryWith(f func(dst, x, y *float32, n int, a float32)) func(dst, x, y []float32, a float32) {
	return func(dst, x, y []float32, a float32) {
		for x, y = x[:len(dst)], y[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], &y[0], n, a)
			dst, x, y = dst[n:], x[n:], y[n:]
		}
	}
}
