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
	checkGemmWith(t, gemm, m, n, k, layout, accumulate, Epilogue[T]{}, tolerance)
}

// checkGemmWith is checkGemm of a product that ends with the epilogue e.
func checkGemmWith[T Float](t *testing.T, gemm gemmFunc[T], m, n, k, layout int, accumulate bool, e Epilogue[T], tolerance float64) {
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
	e.apply(m, n, want, crs)
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

// Two products as one job are the two products; thin, wide, small and empty ones.
func TestGemmBoth(t *testing.T) {
	product := func(m, n, k, layout int, e Epilogue[float32]) (p Product[float32], want []float32) {
		p = Product[float32]{M: m, N: n, K: k, ARS: k, ACS: 1, BRS: n, BCS: 1, CRS: n + 3, Accumulate: layout == 3, Epilogue: e}
		if layout&1 != 0 {
			p.ARS, p.ACS = 1, m
		}
		if layout&2 != 0 {
			p.BRS, p.BCS = 1, k
		}
		p.A, p.B, p.C = random[float32](m*k, 1), random[float32](k*n, 2), random[float32](m*(n+3), 3)
		want = append([]float32(nil), p.C...)
		gemmNaive(m, n, k, p.A, p.ARS, p.ACS, p.B, p.BRS, p.BCS, want, p.CRS, p.Accumulate)
		p.Epilogue.apply(m, n, want, p.CRS)
		return p, want
	}
	shapes := [][3]int{{64, 120, 84}, {120, 84, 64}, {300, 20, 70}, {20, 700, 40}, {5, 5, 5}, {0, 9, 9}, {9, 9, 0}, {100, 1, 3000}}
	for threads := 1; threads <= 3; threads++ {
		withThreads(threads, func() {
			for i, s := range shapes {
				for j, r := range shapes {
					e := Epilogue[float32]{Bias: random[float32](max(s[0], s[1]), 5), PerRow: i%2 == 0, Activation: ActReLU}
					p, wantP := product(s[0], s[1], s[2], (i+j)%4, e)
					q, wantQ := product(r[0], r[1], r[2], (i+2*j)%4, Epilogue[float32]{})
					GemmBoth(p, q)
					what := fmt.Sprintf("%v and %v, %d threads", s, r, threads)
					compare(t, what, p.C, wantP, 4e-6, 2e-4)
					compare(t, what, q.C, wantQ, 4e-6, 2e-4)
				}
			}
		})
	}
}

// Every element of a result lies in one block of the grid.
func TestGemmGrid(t *testing.T) {
	sizes := []int{1, 2, 13, 14, 15, 16, 17, 31, 33, 64, 100, 250, 1000}
	for _, m := range sizes {
		for _, n := range sizes {
			for threads := 2; threads <= 5; threads++ {
				for layout := range 4 {
					const k = 300
					var g gemmGrid[float32]
					g.cut(&Product[float32]{M: m, N: n, K: k, ARS: k, ACS: 1, BRS: 1 + layout&1*n, BCS: 1 + layout&2*k}, threads, gemmFine)
					if g.chunks() > 2*threads {
						t.Errorf("%dx%d for %d threads: %dx%d blocks", m, n, threads, g.down, g.across)
					}
					for _, side := range [][3]int{{m, 1, g.down}, {n, gridColumns, g.across}} {
						next := 0
						for i := range side[2] {
							start, length := dealt(side[0], side[1], i, side[2])
							if start != next || length <= 0 {
								t.Fatalf("%dx%d for %d threads, %v: part %d begins at %d and has %d", m, n, threads, side, i, start, length)
							}
							next += length
						}
						if next != side[0] {
							t.Fatalf("%dx%d for %d threads: %v ends at %d", m, n, threads, side, next)
						}
					}
				}
			}
		}
	}
}

func TestColumnSums(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, s := range [][2]int{{1, 1}, {64, 10}, {64, 84}, {1000, 33}, {3, 300}, {0, 5}} {
			rows, columns := s[0], s[1]
			for layout, strides := range [][2]int{{columns, 1}, {1, rows}, {0, 0}, {2 * columns, 2}} {
				x := random[float32](2*rows*columns+1, 1)
				got, want := random[float32](columns, 2), make([]float32, columns)
				for j := range want {
					sum := 0.0
					if layout%2 == 1 {
						sum = float64(got[j])
					}
					for i := range rows {
						sum += float64(x[i*strides[0]+j*strides[1]])
					}
					want[j] = float32(sum)
				}
				ColumnSums(got, x, rows, strides[0], strides[1], layout%2 == 1)
				compare(t, fmt.Sprint(s, layout), got, want, 1e-5, 1e-4)
			}
		}
	})
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
	p := Product[float32]{M: size, N: size, K: size, A: a, ARS: size, ACS: 1, B: b, BRS: size, BCS: 1, C: c, CRS: size}
	checkAllocations(t, "GemmBoth", func() {
		GemmBoth(p, Product[float32]{})
		ColumnSums(c[:size], a, size, size, 1, false)
	})
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
