package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
)

// gemmNaive is the definition, in float64.
func gemmNaive[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool) {
	for i := range m {
		for j := range n {
			s := 0.0
			for l := range k {
				s += float64(a[i*ars+l*acs]) * float64(b[l*brs+j*bcs])
			}
			if accumulate {
				s += float64(c[i*crs+j])
			}
			c[i*crs+j] = T(s)
		}
	}
}

type gemmFunc[T Float] func(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool)

// checkGemm compares with the definition, and looks that nothing outside c's m
// rows of n was written.
func checkGemm[T Float](t *testing.T, gemm gemmFunc[T], m, n, k, layout int, accumulate bool, tolerance float64) {
	t.Helper()
	ars, acs, brs, bcs := k, 1, n, 1
	switch layout {
	case 1:
		ars, acs = 1, m
	case 2:
		brs, bcs = 1, k
	case 3:
		ars, acs, brs, bcs = 1, m, 1, k
	case 4:
		ars, acs, brs, bcs = 2*k+3, 2, 3*n+1, 3
	case 5:
		ars, bcs = 0, 0
	}
	a := random[T](m*ars+k*acs+1, 1)
	b := random[T](k*brs+n*bcs+1, 2)
	crs := n + 3
	got := random[T](m*crs+5, 3)
	want := append([]T(nil), got...)
	gemm(m, n, k, a, ars, acs, b, brs, bcs, got, crs, accumulate)
	gemmNaive(m, n, k, a, ars, acs, b, brs, bcs, want, crs, accumulate)
	compare(t, fmt.Sprintf("%dx%dx%d layout %d accumulate %v", m, n, k, layout, accumulate),
		got, want, tolerance, tolerance*(1+math.Sqrt(float64(k))))
}

func TestGemmSizes(t *testing.T) {
	sizes := []int{0, 1, 2, 3, 4, 5, 7, 9}
	for _, m := range sizes {
		for _, n := range sizes {
			for _, k := range []int{0, 1, 3, 4, 8, 13, 20} {
				for layout := range 6 {
					checkGemm(t, GemmSerial[float32], m, n, k, layout, false, 1e-6)
					checkGemm(t, GemmSerial[float64], m, n, k, layout, true, 1e-14)
				}
			}
		}
	}
}

func TestGemmBlocks(t *testing.T) {
	for _, s := range [][3]int{{65, 257, 3}, {3, 5, 600}, {67, 270, 259}, {1, 300, 20}, {300, 1, 20}, {1, 3, 700}, {130, 2, 257}} {
		for layout := range 6 {
			checkGemm(t, GemmSerial[float32], s[0], s[1], s[2], layout, layout%2 == 0, 2e-6)
			checkGemm(t, GemmSerial[float64], s[0], s[1], s[2], layout, layout%2 == 1, 1e-13)
		}
	}
}

// withThreads runs f with n threads and puts the number back.
func withThreads(n int, f func()) {
	before := pool.Threads()
	pool.SetThreads(n)
	defer pool.SetThreads(before)
	f()
}

func TestGemmParallel(t *testing.T) {
	for _, threads := range []int{2, 3} {
		withThreads(threads, func() {
			for _, s := range [][3]int{{100, 70, 50}, {7, 301, 200}, {301, 5, 300}, {1, 2000, 200}, {2000, 1, 200}, {3, 3, 50000}, {18, 33, 600}} {
				for layout := range 6 {
					checkGemm(t, Gemm[float32], s[0], s[1], s[2], layout, layout%2 == 0, 4e-6)
				}
			}
		})
	}
}

func TestGemmSameBits(t *testing.T) {
	const m, n, k = 120, 90, 300
	a, b := random[float32](m*k, 1), random[float32](k*n, 2)
	withThreads(2, func() {
		first := make([]float32, m*n)
		Gemm(m, n, k, a, k, 1, b, n, 1, first, n, false)
		for range 20 {
			again := make([]float32, m*n)
			Gemm(m, n, k, a, k, 1, b, n, 1, again, n, false)
			compare(t, "again", again, first, 0, 0)
		}
	})
}

// Zeros must not hide a NaN or an infinity behind them.
func TestGemmNaN(t *testing.T) {
	for _, bad := range []float64{nan, inf} {
		for _, s := range [][3]int{{5, 6, 7}, {1, 6, 7}, {5, 1, 7}} {
			m, n, k := s[0], s[1], s[2]
			a, b := make([]float32, m*k), make([]float32, k*n)
			b[(k-1)*n] = float32(bad)
			got := make([]float32, m*n)
			GemmSerial(m, n, k, a, k, 1, b, n, 1, got, n, false)
			for i, v := range got {
				if isNaN := v != v; isNaN != (i%n == 0) {
					t.Errorf("%v, zeros times %v: element %d is %v", s, bad, i, v)
				}
			}
		}
	}
}

func TestGemmAllocates(t *testing.T) {
	const size = 100
	a, b, c := random[float32](size*size, 1), random[float32](size*size, 2), make([]float32, size*size)
	Gemm(size, size, size, a, size, 1, b, size, 1, c, size, false)
	checkAllocations(t, "Gemm", func() { Gemm(size, size, size, a, size, 1, b, size, 1, c, size, false) })
}

// checkAllocations fails when f allocates in the steady state. The race detector
// makes sync.Pool forget, so it is not asked then.
func checkAllocations(t *testing.T, what string, f func()) {
	t.Helper()
	if raceEnabled {
		return
	}
	if n := testing.AllocsPerRun(20, f); n != 0 {
		t.Errorf("%s allocates %v times", what, n)
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, size := range []int{64, 128, 256, 512} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%d/threads%d", size, threads), func(b *testing.B) {
				x, y, c := random[float32](size*size, 1), random[float32](size*size, 2), make([]float32, size*size)
				withThreads(threads, func() {
					for b.Loop() {
						Gemm(size, size, size, x, size, 1, y, size, 1, c, size, false)
					}
				})
				b.ReportMetric(2*float64(size*size*size)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}
