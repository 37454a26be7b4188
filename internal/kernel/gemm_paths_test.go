package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// eachPath runs f with every path that this processor has.
func eachPath(t *testing.T, f func(t *testing.T)) {
	before := cpu.Path()
	defer cpu.Force(before)
	for _, path := range cpu.Available() {
		if err := cpu.Force(path); err != nil {
			t.Fatal(err)
		}
		t.Run(path, f)
	}
}

// tileWidest is more than the rows of any tile, and than the columns of any.
const tileWidest = 40

// checkEveryEdge looks at all sizes up to tileWidest, the layout, the length, the
// accumulation and the epilogue taking turns.
func checkEveryEdge[T Float](t *testing.T, tolerance float64) {
	lengths := []int{1, 2, 7, 8, 9, 15, 16, 17, 33}
	turn := 0
	for m := 1; m <= tileWidest; m++ {
		for n := 1; n <= tileWidest; n++ {
			for layout := range 6 {
				turn++
				if testing.Short() && turn%5 > 0 { // still every size, and every layout, but not with each other
					continue
				}
				e := Epilogue[T]{Activation: Activation(turn / 3 % 3)}
				if turn%3 > 0 {
					e.PerRow = turn%3 == 1
					e.Bias = random[T](max(m, n), 4)
				}
				gemm := func(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool) {
					GemmSerialWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
				}
				checkGemmWith(t, gemm, m, n, lengths[turn%len(lengths)], layout, turn%2 == 0, e, tolerance)
			}
		}
	}
}

func TestGemmEveryEdge(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		checkEveryEdge[float32](t, 1e-6)
		checkEveryEdge[float64](t, 1e-14)
	})
}

// Products of so many columns that both operands are packed, if b is transposed or its rows are a multiple of
// 4 KiB apart: every number of rows of a tile, one and two vectors of columns, masked and full.
func TestGemmPackedEveryEdge(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		turn := 0
		check := func(m, n, k, layout int) {
			turn++
			e := Epilogue[float32]{Activation: Activation(turn / 3 % 2)}
			if turn%3 > 0 {
				e.PerRow = turn%3 == 1
				e.Bias = random[float32](max(m, n), 4)
			}
			gemm := func(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool) {
				GemmSerialWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
			}
			checkGemmWith(t, gemm, m, n, k, layout, turn%4 < 2, e, 1e-6)
		}
		for m := 1; m <= 15; m++ {
			for i, n := range []int{257, 272, 283, 288} {
				for k := 1; k <= 9; k++ {
					check(m, n, k, 2+(m+i+k)%2)
				}
			}
		}
		for layout := range 2 {
			check(45, 1024, 66+layout, layout)
		}
	})
}

// Packed and unpacked operands, more than one block in each direction, threads.
func TestGemmPathsBlocks(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for i, s := range [][3]int{{65, 31, 300}, {70, 300, 257}, {130, 2100, 20}, {3, 290, 1100}, {300, 70, 520}, {129, 65, 1030}, {33, 1024, 70}} {
			for layout := range 6 {
				if testing.Short() && layout != i%6 {
					continue
				}
				e := Epilogue[float32]{Bias: random[float32](2100, 5), PerRow: layout%2 == 0, Activation: Activation(i % 4)}
				for _, threads := range []int{1, 2} {
					withThreads(threads, func() {
						gemm := func(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool) {
							GemmWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
						}
						checkGemmWith(t, gemm, s[0], s[1], s[2], layout, layout%3 == 0, e, 2e-6)
					})
				}
			}
			checkGemm(t, GemmSerial[float64], s[0], s[1], s[2], i%6, i%2 == 0, 1e-13)
		}
	})
}

// An activation in the last write is the activation, bit by bit, NaN and signs of
// zero included.
func TestGemmEpilogueBits(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		const m, n, k = 15, 33, 5
		a, b := random[float32](m*k, 1), random[float32](k*n, 2)
		a[3*k], b[7] = float32(nan), float32(inf)
		for i := range k { // row 5 times column 9 underflows to -0
			a[5*k+i], b[i*n+9] = -1e-30, 1e-30
		}
		bias := random[float32](n, 3)
		bias[9] = float32(math.Copysign(0, -1))
		for act := ActNone; act <= ActSiLU; act++ {
			got, want := make([]float32, m*n), make([]float32, m*n)
			GemmSerialWith(m, n, k, a, k, 1, b, n, 1, got, n, false, Epilogue[float32]{bias, false, act})
			GemmSerialWith(m, n, k, a, k, 1, b, n, 1, want, n, false, Epilogue[float32]{Bias: bias})
			if act != ActNone {
				Unary(act.Unary(), want, want, 0, 0)
			}
			for i := range want {
				if g, w := math.Float32bits(got[i]), math.Float32bits(want[i]); g != w && !(got[i] != got[i] && want[i] != want[i]) {
					t.Fatalf("activation %d: element %d is %v, want %v", act, i, got[i], want[i])
				}
			}
		}
	})
}

// A NaN or an infinity in one place of an operand reaches the row or column of the
// result that it belongs to and nothing else, at every size of a tile's edge.
func TestGemmNaNEveryEdge(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		checkNaNEdges[float32](t)
		checkNaNEdges[float64](t)
	})
}

func checkNaNEdges[T Float](t *testing.T) {
	turn := 0
	for m := 1; m <= 17; m++ {
		for n := 1; n <= 34; n++ {
			for _, k := range []int{1, 9, 16, 19} {
				turn++
				ars, acs, brs, bcs := k, 1, n, 1
				if turn&1 != 0 {
					ars, acs = 1, m
				}
				if turn&2 != 0 {
					brs, bcs = 1, k
				}
				bad := T(nan)
				if turn%5 == 0 {
					bad = T(inf)
				}
				a, b, c := make([]T, m*k), make([]T, k*n), make([]T, m*n)
				row, column := turn%(m+1)-1, turn/3%(n+1)-1 // -1: none
				if row >= 0 {
					a[row*ars+turn%k*acs] = bad
				}
				if column >= 0 {
					b[turn/2%k*brs+column*bcs] = bad
				}
				GemmSerial(m, n, k, a, ars, acs, b, brs, bcs, c, n, false) // inf times the zeros is NaN
				for i, v := range c {
					if isNaN, want := v != v, i/n == row || i%n == column; isNaN != want && !(i/n == row && i%n == column) {
						t.Fatalf("%dx%dx%d, %v in row %d and column %d: element %d is %v", m, n, k, bad, row, column, i, v)
					}
				}
			}
		}
	}
}

func TestGemmPathsNaN(t *testing.T) { eachPath(t, TestGemmNaN) }

func TestGemmPathsSizes(t *testing.T) { eachPath(t, TestGemmSizes) }

func TestGemmPathsAllocate(t *testing.T) { eachPath(t, TestGemmAllocates) }

// An operand that is too short panics before anything is read.
func TestGemmShortOperands(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		full := make([]float32, 64)
		for i, s := range [][4][]float32{{full[:63], full, full, full}, {full, full[:63], full, full}, {full, full, full[:63], full}, {full, full, full, full[:7]}} {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				defer func() {
					if recover() == nil {
						t.Error("no panic")
					}
				}()
				e := Epilogue[float32]{Bias: s[3][:len(s[3]):len(s[3])]}
				GemmSerialWith(8, 8, 8, s[0][:len(s[0]):len(s[0])], 8, 1, s[1][:len(s[1]):len(s[1])], 8, 1, s[2][:len(s[2]):len(s[2])], 8, false, e)
			})
		}
	})
}
