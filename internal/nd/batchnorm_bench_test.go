package nd

import (
	"fmt"
	"testing"
)

// The normalisations of a ResNet on CIFAR's images, forward in training and backward.
func BenchmarkBatchNorm(b *testing.B) {
	for _, s := range [][]int{{16, 64, 32, 32}, {16, 256, 8, 8}, {16, 512, 4, 4}, {256, 32, 4, 4}, {256, 512}, {32, 64, 7, 7}, {32, 64, 5, 5}} {
		array := func(t DType, shape ...int) *Array {
			a := &Array{Type: t}
			a.SetShape(shape)
			a.Buf = NewBuffer(a.Numel() * 8)
			return a
		}
		x, dst, g := array(Float32, s...), array(Float32, s...), array(Float32, s...)
		weight, bias := array(Float32, s[1]), array(Float32, s[1])
		mean, rstd := array(Float64, s[1]), array(Float64, s[1])
		values := Slice[float32](x)
		for i := range values {
			values[i] = float32(i*7919%1000) / 1000
		}
		copy(Slice[float32](g), values)
		b.Run(fmt.Sprint("forward ", s), func(b *testing.B) {
			for b.Loop() {
				cpuBatchNorm(dst, mean, rstd, x, weight, bias, nil, nil, BatchNormArgs{Training: true, Eps: 1e-5})
			}
		})
		b.Run(fmt.Sprint("backward ", s), func(b *testing.B) {
			for b.Loop() {
				cpuBatchNormBack(dst, weight, bias, g, x, weight, mean, rstd, true)
			}
		})
	}
}
