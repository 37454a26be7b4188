package kernel

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/pool"
)

// gemmShapes are M, K, N of the products that the peers are timed on, and thin ones.
var gemmShapes = [][3]int{
	{64, 64, 64}, {128, 128, 128}, {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
	{64, 784, 128}, {8192, 576, 64}, {64, 128, 10}, {25088, 150, 16}, {16, 150, 25088}, {891, 8, 1}, {8, 891, 1}, {1, 400, 120}, {1, 120, 84},
	{1, 4096, 1024}, {4, 400, 120}, {8, 400, 120}, {16, 400, 120}, {32, 400, 120}, {64, 400, 120}, {16, 784, 128}, {64, 100, 100}, {64, 84, 10},
}

// BenchmarkGemm is every path on every shape; nt is with b transposed, as in a linear
// layer, tn with a transposed, as in its weight gradient.
func BenchmarkGemm(b *testing.B) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range Paths() {
		for _, threads := range []int{1, 2} {
			for _, s := range gemmShapes {
				for layout, name := range []string{"nn", "nt", "tn"} {
					b.Run(fmt.Sprintf("%s/threads%d/%s/%dx%dx%d", path, threads, name, s[0], s[1], s[2]), func(b *testing.B) {
						if cpu.Force(path) != nil {
							b.Skip("this processor lacks the path")
						}
						benchmarkGemm(b, threads, layout, s[0], s[1], s[2])
					})
				}
			}
		}
	}
}

func benchmarkGemm(b *testing.B, threads, layout, m, k, n int) {
	ars, acs, brs, bcs := k, 1, n, 1
	switch layout {
	case 1:
		brs, bcs = 1, k
	case 2:
		ars, acs = 1, m
	}
	x, y, c := random[float32](m*k, 1), random[float32](k*n, 2), make([]float32, m*n)
	before := pool.Threads()
	pool.SetThreads(threads)
	defer pool.SetThreads(before)
	for b.Loop() {
		Gemm(m, n, k, x, ars, acs, y, brs, bcs, c, n, false)
	}
	b.ReportMetric(2*float64(m*n)*float64(k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
