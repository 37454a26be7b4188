package kernel

import (
	"fmt"
	"math"
	"testing"
)

// TestVectorReduce holds the reductions against float64 over the lengths; the guards
// around x would show in the result.
func TestVectorReduce(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.Reduce32[Sum] == nil {
			t.Skip("this path has none")
		}
		for op := range reduceOps {
			f := table.Reduce32[op]
			if f == nil || op == Prod {
				continue
			}
			for _, n := range vectorLengths()[1:] {
				x, _ := fenced(t, random[float32](n, uint64(n)), n%guards)
				if n%2 == 0 { // the guards are above everything, and must not win
					for i := range x {
						x[i] = -float32(math.Abs(float64(x[i])))
					}
				}
				want := reduceNaive(op, widen(x))
				if got := f(x); !same(float64(got), want, 1e-6, 1e-6*reduceNaive(SumAbs, widen(x))) || op == Max && float64(got) != want || op == Min && float64(got) != want {
					t.Errorf("%v of %d: %v, want %v", op, n, got, want)
				}
				for _, special := range []float64{nan, inf, -inf} {
					at := n * 5 % 7 * (n - 1) / 7
					before := x[at]
					x[at] = float32(special)
					if got, want := f(x), reduceNaive(op, widen(x)); !same(float64(got), want, 1e-6, 1e-3) {
						t.Errorf("%v of %d with %v at %d: %v, want %v", op, n, special, at, got, want)
					}
					x[at] = before
				}
			}
		}
	})
}

// TestVectorReduceRows: every row of a matrix is what it is alone.
func TestVectorReduceRows(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.ReduceRows32[Sum] == nil {
			t.Skip("this path has none")
		}
		for op := range reduceOps {
			f := table.ReduceRows32[op]
			if f == nil {
				continue
			}
			for _, n := range append(vectorLengths()[1:74], rowsAtOnce-1) {
				rows := 1 + 70000/n%6
				x, checkX := fenced(t, awkward(n*rows, uint64(n)), n%guards)
				dst, check := fenced(t, make([]float32, rows), n%7)
				f(dst, x, n)
				check(op.String())
				checkX(op.String())
				want := make([]float32, rows)
				for i := range want {
					want[i] = table.Reduce32[op](x[i*n:][:n])
				}
				sameBits(t, op.String(), dst, want)
			}
		}
	})
}

// TestVectorSoftmax holds Softmax and its gradient against the loops in float64 over
// the lengths of rows, between guards and in place.
func TestVectorSoftmax(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.Softmax32 == nil || table.SoftmaxBack32 == nil {
			t.Skip("this path has none")
		}
		for _, n := range vectorLengths()[1:] {
			rows := 1 + 70000/n%4
			for _, log := range []bool{false, true} {
				what := fmt.Sprintf("log %v of rows of %d in", log, n)
				x, checkX := fenced(t, random[float32](n*rows, uint64(n)), n%7)
				for i := range x {
					x[i] = 10*x[i] - 80 // without the maximum all would be small
				}
				y, checkY := fenced(t, make([]float32, len(x)), n%guards)
				table.Softmax32(y, x, n, log)
				checkX(what)
				checkY(what)
				want := make([]float64, len(x))
				Softmax(want, widen(x), n, log)
				compare(t, what, widen(y), want, 5e-7, 2e-6)
				table.Softmax32(x, x, n, log)
				sameBits(t, what+" in place", x, y)

				g, _ := fenced(t, random[float32](len(x), 3), n%5)
				dx, checkDX := fenced(t, make([]float32, len(x)), n%7)
				table.SoftmaxBack32(dx, y, g, n, log)
				checkDX(what)
				SoftmaxBack(want, widen(y), widen(g), n, log)
				compare(t, what+" gradient", widen(dx), want, 1e-6, 1e-5)
				table.SoftmaxBack32(g, y, g, n, log)
				sameBits(t, what+" gradient in place", g, dx)
			}
		}
	})
}

// TestVectorSoftmaxEnds: what has no finite softmax gives NaN, a row of its own, and
// what is sure keeps its digits.
func TestVectorSoftmaxEnds(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.Softmax32 == nil {
			t.Skip("this path has none")
		}
		for _, n := range []int{1, 2, 7, 8, 9, 16, 17, 33, 100} {
			for _, special := range []float64{nan, inf, -inf} {
				for at := range n {
					for _, log := range []bool{false, true} {
						x := make([]float32, 3*n)
						x[n+at] = float32(special)
						got, want := make([]float32, 3*n), make([]float64, 3*n)
						Softmax(want, widen(x), n, log)
						table.Softmax32(got, x, n, log)
						compare(t, fmt.Sprintf("log %v of rows of %d with %v at %d", log, n, special, at), widen(got), want, 4e-7, 1e-7)
					}
				}
			}
			if n > 1 { // of a sure row the loss is far below what 1 can tell
				x, got := make([]float32, n), make([]float32, n)
				fillWith(x, -20)
				x[n-1] = 1
				want := make([]float64, n)
				Softmax(want, widen(x), n, true)
				table.Softmax32(got, x, n, true)
				compare(t, "a sure row", widen(got), want, 1e-6, 0)
			}
		}
	})
}

func TestVectorScaledExp(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.ScaledExp32 == nil {
			t.Skip("this path has none")
		}
		for _, n := range append(vectorLengths()[1:74], rowsAtOnce-1) {
			rows := 1 + 70000/n%4
			x, checkX := fenced(t, random[float32](n*rows, uint64(n)), n%7)
			want := make([]float32, len(x))
			k := random[float32](rows, 5)
			for i := range x {
				x[i] = -50 * float32(math.Abs(float64(x[i])))
				if i%11 == 3 {
					x[i] = float32(-inf)
				}
				want[i] = float32(math.Exp(float64(x[i])) * float64(k[i/n]))
			}
			dst, check := fenced(t, make([]float32, len(x)), n%guards)
			table.ScaledExp32(dst, x, k, n)
			check("ScaledExp")
			checkX("ScaledExp")
			compare(t, "ScaledExp", dst, want, 4e-7, 0x1p-148)
		}
	})
}
