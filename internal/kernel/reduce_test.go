package kernel

import (
	"fmt"
	"math"
	"testing"
)

// reduceNaive is the definition in float64.
func reduceNaive(op ReduceOp, x []float64) float64 {
	acc := Identity[float64](op)
	for _, v := range x {
		switch op {
		case Sum:
			acc += v
		case Prod:
			acc *= v
		case Max:
			acc = propagate(math.Max)(acc, v)
		case Min:
			acc = propagate(math.Min)(acc, v)
		case SumSquares:
			acc += v * v
		case SumAbs:
			acc += math.Abs(v)
		}
	}
	return acc
}

func widen[T Number](x []T) []float64 {
	w := make([]float64, len(x))
	Convert(w, x)
	return w
}

func TestReduce(t *testing.T) {
	for op := range reduceOps {
		for _, n := range []int{0, 1, 2, 7, 8, 9, 127, 128, 129, 1000, 5000} {
			if op == Prod && n > 129 {
				continue
			}
			x := random[float32](n, uint64(n))
			want := reduceNaive(op, widen(x))
			if got := Reduce(op, x); !same(float64(got), want, 1e-5, 1e-5) {
				t.Errorf("%v of %d float32: %v, want %v", op, n, got, want)
			}
			if got := Reduce(op, widen(x)); !same(got, want, 1e-12, 1e-12) {
				t.Errorf("%v of %d float64: %v, want %v", op, n, got, want)
			}
			if n == 0 {
				continue
			}
			for _, at := range []int{0, n / 2, n - 1} {
				bad := append([]float32(nil), x...)
				bad[at] = float32(nan)
				if got := Reduce(op, bad); got == got {
					t.Errorf("%v of %d with NaN at %d: %v", op, n, at, got)
				}
			}
		}
	}
	ints := random[int32](1000, 3)
	for _, op := range []ReduceOp{Sum, Max, Min, SumSquares, SumAbs} {
		if got, want := Reduce(op, ints), reduceNaive(op, widen(ints)); float64(got) != want {
			t.Errorf("%v of int32: %v, want %v", op, got, want)
		}
	}
	if got := SumInt64([]uint8{200, 200, 200}); got != 600 {
		t.Errorf("SumInt64: %d", got)
	}
	if got := CountTrue([]bool{true, false, true}); got != 2 {
		t.Errorf("CountTrue: %d", got)
	}
}

// A plain float32 loop stops growing at 2^24.
func TestSumIsAccurate(t *testing.T) {
	const n = 1<<24 + 4096
	x := make([]float32, n)
	fillWith(x, 1)
	if got := Reduce(Sum, x); got != n {
		t.Errorf("sum of %d ones: %v", n, got)
	}
	dst := make([]float32, 1)
	if ReduceColumns(Sum, dst, x, 1, false); dst[0] != n {
		t.Errorf("column sum of %d ones: %v", n, dst[0])
	}
}

func TestReduceColumns(t *testing.T) {
	for op := range reduceOps {
		for _, rows := range []int{0, 1, 2, 31, 33, 64, 65, 200} {
			for _, n := range []int{1, 3, 15, 16, 31, 257, 1030} {
				for _, skip := range []int{0, 2} {
					width := n - skip
					if width <= 0 || (op == Prod && rows > 33) {
						continue
					}
					x := random[float32](rows*n, 7)
					if rows > 0 {
						x = x[:len(x)-skip]
					}
					dst := random[float32](width, 8)
					want := make([]float32, width)
					sum := append([]float32(nil), dst...)
					for j := range want {
						column := make([]float64, rows)
						for i := range column {
							column[i] = float64(x[i*n+j])
						}
						want[j] = float32(reduceNaive(op, column))
					}
					what := fmt.Sprint(op, rows, "x", n, "-", skip)
					ReduceColumns(op, dst, x, n, false)
					compare(t, what, dst, want, 1e-5, 1e-5)
					binaryGeneric(op.Combine(), want, want, sum)
					ReduceColumns(op, sum, x, n, true)
					compare(t, what+" accumulated", sum, want, 1e-5, 1e-5)
				}
			}
		}
	}
	dst := random[float32](300, 1)
	x := random[float32](300*70, 1)
	checkAllocations(t, "ReduceColumns", func() { ReduceColumns(Sum, dst, x, 300, true) })
	checkAllocations(t, "Reduce", func() { dst[0] = Reduce(Sum, x) })
}

func TestArgMax(t *testing.T) {
	tests := []struct {
		x         []float64
		low, high int
	}{
		{nil, -1, -1}, {[]float64{3}, 0, 0}, {[]float64{1, 3, 1, 3}, 0, 1}, {[]float64{1, nan, 9, nan}, 1, 1},
		{[]float64{-inf, -inf}, 0, 0}, {[]float64{inf, -inf, inf}, 1, 0},
	}
	for _, test := range tests {
		spread := make([]float64, 3*len(test.x))
		for i, v := range test.x {
			spread[3*i] = v
		}
		if got := ArgMax(spread, 3, len(test.x)); got != test.high {
			t.Errorf("ArgMax(%v) = %d, want %d", test.x, got, test.high)
		}
		if got := ArgMin(spread, 3, len(test.x)); got != test.low {
			t.Errorf("ArgMin(%v) = %d, want %d", test.x, got, test.low)
		}
	}
}

func TestCumSum(t *testing.T) {
	x := []float32{1, 2, 3, float32(nan), 1}
	CumSum[float64](x, x)
	compare(t, "float32", x, []float32{1, 3, 6, float32(nan), float32(nan)}, 0, 0)
	y := []uint8{200, 100, 1}
	CumSum[uint8](y, y)
	compare(t, "uint8", y, []uint8{200, 44, 45}, 0, 0)
	sums, rows := make([]float64, 2), []float32{1, -1, 10, 2, -2, 20, 4, -4, 40}
	for _, at := range []int{0, 3, 6} { // columns 0 and 2, in place
		CumSumRow(sums, rows[at:], 2, rows[at:], 2)
	}
	compare(t, "rows", rows, []float32{1, -1, 10, 3, -2, 30, 7, -4, 70}, 0, 0)
}

func TestMeanVar(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 1023, 1024, 1025, 3000} {
		x := random[float64](n, 4)
		for i := range x {
			x[i] += 1e6 // a naive sum of squares would lose everything
		}
		mean, m2 := MeanVar(x)
		wantMean, wantM2 := 0.0, 0.0
		for _, v := range x {
			wantMean += (v - 1e6) / float64(n)
		}
		for _, v := range x {
			wantM2 += (v - 1e6 - wantMean) * (v - 1e6 - wantMean)
		}
		if n > 0 {
			wantMean += 1e6
		}
		if !same(mean, wantMean, 1e-12, 0) || !same(m2, wantM2, 1e-7, 1e-9) {
			t.Errorf("n %d: %v, %v, want %v, %v", n, mean, m2, wantMean, wantM2)
		}
	}
	if mean, m2 := MeanVar([]float32{1, float32(nan)}); mean == mean || m2 == m2 {
		t.Errorf("with NaN: %v, %v", mean, m2)
	}
}

func BenchmarkReduce(b *testing.B) {
	x := random[float32](65536, 1)
	for op := range reduceOps {
		b.Run(op.String(), func(b *testing.B) {
			for b.Loop() {
				Reduce(op, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/65536, "ns/element")
		})
	}
	b.Run("columns", func(b *testing.B) {
		dst := make([]float32, 256)
		for b.Loop() {
			ReduceColumns(Sum, dst, x, 256, false)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/65536, "ns/element")
	})
}
