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

// TestVectorSoftmax holds Softmax and its gradient against the loops in float64 over
// the lengths, between guards and in place.
func TestVectorSoftmax(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.Softmax32 == nil || table.SoftmaxBack32 == nil {
			t.Skip("this path has none")
		}
		for _, n := range vectorLengths()[1:] {
			for _, log := range []bool{false, true} {
				what := fmt.Sprintf("log %v of", log)
				x, checkX := fenced(t, random[float32](n, uint64(n)), n%7)
				for i := range x {
					x[i] = 10*x[i] - 80 // without the maximum all would be small
				}
				y, checkY := fenced(t, make([]float32, n), n%guards)
				table.Softmax32(y, x, log)
				checkX(what)
				checkY(what)
				want := make([]float64, n)
				Softmax(want, widen(x), log)
				compare(t, what, widen(y), want, 5e-7, 2e-6)
				table.Softmax32(x, x, log)
				sameBits(t, what+" in place", x, y)

				g, _ := fenced(t, random[float32](n, 3), n%5)
				dx, checkDX := fenced(t, make([]float32, n), n%7)
				table.SoftmaxBack32(dx, y, g, log)
				checkDX(what)
				SoftmaxBack(want, widen(y), widen(g), log)
				compare(t, what+" gradient", widen(dx), want, 1e-6, 1e-5)
				table.SoftmaxBack32(g, y, g, log)
				sameBits(t, what+" gradient in place", g, dx)
			}
		}
	})
}
