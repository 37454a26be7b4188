package kernel

import (
	"fmt"
	"math"
	"testing"
)

// vectorLayouts are strides of the matrix of a product with a vector, by its sizes:
// contiguous rows, contiguous columns, rows with a gap, columns with a gap, neither.
func vectorLayout(layout, m, k int) (ars, acs int) {
	switch layout {
	case 0:
		return k, 1
	case 1:
		return 1, m
	case 2:
		return k + 3, 1
	case 3:
		return 1, m + 5
	}
	return 2*k + 1, 2
}

// checkVector compares m results, with guard zones on both sides, of a matrix at the
// left of a column (n is 1) and at the right of a row (m is 1).
func checkVector[T Float](t *testing.T, m, k, layout, xs int, accumulate bool, e Epilogue[T], tolerance float64) {
	t.Helper()
	ars, acs := vectorLayout(layout, m, k)
	a, x := random[T]((m-1)*ars+(k-1)*acs+1, 1), random[T]((k-1)*xs+1, 2)
	const guard = 19
	start := random[T](m+2*guard, 3)
	for _, column := range []bool{true, false} {
		got, want := append([]T(nil), start...), append([]T(nil), start...)
		bias := e
		if column {
			bias.PerRow = !bias.PerRow
			GemmSerialWith(m, 1, k, a, ars, acs, x, xs, 1, got[guard:], 1, accumulate, bias)
			gemmNaive(m, 1, k, a, ars, acs, x, xs, 1, want[guard:], 1, accumulate)
			bias.apply(m, 1, want[guard:], 1)
		} else {
			GemmSerialWith(1, m, k, x, m, xs, a, acs, ars, got[guard:], m, accumulate, bias)
			gemmNaive(1, m, k, x, m, xs, a, acs, ars, want[guard:], m, accumulate)
			bias.apply(1, m, want[guard:], m)
		}
		compare(t, fmt.Sprintf("m %d k %d layout %d stride %d column %v accumulate %v", m, k, layout, xs, column, accumulate),
			got, want, tolerance, tolerance*(1+math.Sqrt(float64(k))))
	}
}

func TestGemv(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		turn := 0
		check := func(m, k int) {
			for layout := range 5 {
				turn++
				if testing.Short() && max(m, k) <= 36 && turn%11 > 2 { // 11 is in step with nothing below: every combination is left
					continue
				}
				e := Epilogue[float32]{Activation: Activation(turn / 3 % 3)}
				d := Epilogue[float64]{Activation: e.Activation}
				if turn%3 > 0 {
					e.PerRow = turn%3 == 1
					e.Bias, d.Bias = random[float32](m, 4), random[float64](m, 4)
				}
				d.PerRow = e.PerRow
				checkVector(t, m, k, layout, 1+turn%5/4, turn%2 == 0, e, 2e-6)
				checkVector(t, m, k, layout, 1+turn%7/6, turn%2 == 1, d, 1e-13)
			}
		}
		for m := 1; m <= 36; m++ {
			for k := 1; k <= 36; k++ {
				check(m, k)
			}
		}
		// More than a call's elements each way, and more than one group of columns.
		for _, s := range [][2]int{{1, 9000}, {3, 5000}, {5000, 3}, {1025, 65}, {130, 600}, {259, 9}, {300, 8}, {16, 8200}} {
			check(s[0], s[1])
		}
	})
}

// Few rows times contiguous rows go without packing; all sizes around the tiles.
func TestGemmDots(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		turn := 0
		for m := 1; m <= 17; m++ {
			for _, n := range []int{2, 3, 4, 5, 6, 7, 11, 16, 33} {
				for _, k := range []int{8, 15, 16, 17, 31, 40, 100} {
					turn++
					e := Epilogue[float32]{Activation: Activation(turn / 3 % 3)}
					if turn%3 > 0 {
						e.PerRow = turn%3 == 1
						e.Bias = random[float32](max(m, n), 4)
					}
					gemm := func(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool) {
						GemmSerialWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
					}
					checkGemmWith(t, gemm, m, n, k, 2, turn%2 == 0, e, 2e-6)
				}
			}
		}
		for _, s := range [][3]int{{5, 9, 4100}, {7, 70, 2048}, {16, 100, 1000}} {
			checkGemm(t, GemmSerial[float32], s[0], s[1], s[2], 2, false, 4e-6)
			checkGemm(t, GemmSerial[float32], s[0], s[1], s[2], 2, true, 4e-6)
		}
	})
}

func TestGemvAllocates(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		a, b, c := random[float32](300*100, 1), random[float32](300*100, 2), make([]float32, 300*100)
		checkAllocations(t, "a product with a vector, or of few rows", func() {
			GemmSerial(300, 1, 8, a, 8, 1, b, 1, 1, c, 1, false)
			GemmSerial(8, 1, 300, a, 1, 8, b, 1, 1, c, 1, false)
			GemmSerial(1, 100, 30, a, 30, 1, b, 1, 30, c, 100, false)
			GemmSerial(4, 100, 30, a, 30, 1, b, 1, 30, c, 100, false)
		})
	})
}
