package kernel

import (
	"fmt"
	"testing"
)

// Products that all threads do together are those of one thread, in every layout, with
// more than one block in each direction; again they have the same bits.
func TestGemmShared(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		if Active().GemmShared32 == nil {
			t.Skip("cuts such products into a grid, which other tests look at")
		}
		for i, s := range [][3]int{{192, 343, 192}, {301, 270, 530}, {520, 2070, 520}, {192, 192, 192}} {
			t.Run(fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2]), func(t *testing.T) {
				for layout := range 5 {
					if layout != i && (i == 2 || testing.Short()) {
						continue
					}
					checkShared[float32](t, s[0], s[1], s[2], layout, 2e-6)
					checkShared[float64](t, s[0], s[1], s[2], layout, 1e-14)
				}
			})
		}
	})
}

func checkShared[T Float](t *testing.T, m, n, k, layout int, tolerance float64) {
	t.Helper()
	ars, acs, brs, bcs := k, 1, n, 1
	if layout&1 != 0 {
		ars, acs = 1, m
	}
	if layout&2 != 0 {
		brs, bcs = 1, k
	}
	if layout == 4 {
		ars, acs, brs, bcs = 2*k+1, 2, 3*n, 3
	}
	a, b := random[T](m*ars+k*acs, 1), random[T](k*brs+n*bcs, 2)
	e := Epilogue[T]{Bias: random[T](max(m, n), 3), PerRow: layout%2 == 0, Activation: Activation(layout % 3)}
	crs := n + 3
	product := func(gemm func(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T])) []T {
		c := random[T](m*crs, 4)
		gemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs, layout%2 == 1, e)
		return c
	}
	what := fmt.Sprintf("%dx%dx%d layout %d", m, n, k, layout)
	want := product(GemmSerialWith[T])
	for threads := 2; threads <= 3; threads++ {
		withThreads(threads, func() {
			got := product(GemmWith[T])
			compare(t, fmt.Sprintf("%s on %d threads", what, threads), got, want, tolerance, tolerance*50)
			if threads == 3 || !testing.Short() {
				compare(t, what+" again", product(GemmWith[T]), got, 0, 0)
			}
		})
	}
}

func TestGemmSharedAllocates(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const size = 200
		a, b, c := random[float32](size*size, 1), random[float32](size*size, 2), make([]float32, size*size)
		withThreads(2, func() {
			checkAllocations(t, "Gemm", func() { Gemm(size, size, size, a, size, 1, b, size, 1, c, size, false) })
		})
	})
}
