package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestSoftmax(t *testing.T) {
	rows := [][]float64{
		{}, {3}, {1, 2, 3}, {1000, 1001, 999}, {-1000, 0, 1000}, {-inf, 0, 1}, {-inf, -inf}, {nan, 1}, {inf, 1}, random[float64](101, 1),
	}
	for _, x := range rows {
		biggest, total := math.Inf(-1), 0.0
		for _, v := range x {
			biggest = propagate(math.Max)(biggest, v)
		}
		for _, v := range x {
			total += math.Exp(v - biggest)
		}
		want, wantLog := make([]float64, len(x)), make([]float64, len(x))
		for i, v := range x {
			want[i], wantLog[i] = math.Exp(v-biggest)/total, v-biggest-math.Log(total)
		}
		x32 := make([]float32, len(x))
		Convert(x32, x)
		for _, log := range []bool{false, true} {
			w := want
			if log {
				w = wantLog
			}
			got := append([]float64(nil), x...)
			Softmax(got, got, len(got), log)
			compare(t, fmt.Sprint(x, log), got, w, 1e-13, 1e-13)
			got32 := make([]float32, len(x))
			Softmax(got32, x32, len(x32), log)
			compare(t, fmt.Sprint(x32, log), widen(got32), w, 1e-6, 1e-6)
		}
	}
	x := random[float32](100, 1)
	checkAllocations(t, "Softmax", func() { Softmax(x, x, 10, false) })
	long := random[float32](70001, 1)
	checkAllocations(t, "Softmax of a long row", func() { Softmax(long, long, len(long), true) })
}

// The gradient is checked against differences of the forward pass.
func TestSoftmaxBack(t *testing.T) {
	const n, step = 7, 1e-6
	x, g := random[float64](n, 1), random[float64](n, 2)
	for _, log := range []bool{false, true} {
		y, dx := make([]float64, n), make([]float64, n)
		Softmax(y, x, n, log)
		SoftmaxBack(dx, y, g, n, log)
		want := make([]float64, n)
		for i := range x {
			for _, side := range []float64{1, -1} {
				moved := append([]float64(nil), x...)
				moved[i] += side * step
				Softmax(moved, moved, n, log)
				want[i] += side * dot(moved, g) / (2 * step)
			}
		}
		compare(t, fmt.Sprint("log ", log), dx, want, 1e-6, 1e-8)
		y32, g32 := make([]float32, n), make([]float32, n)
		Convert(y32, y)
		Convert(g32, g)
		SoftmaxBack(g32, y32, g32, n, log)
		compare(t, fmt.Sprint("float32 in place, log ", log), widen(g32), dx, 1e-5, 1e-6)
	}
}

func ExampleSoftmax() {
	p := make([]float64, 2)
	Softmax(p, []float64{0, math.Log(3)}, 2, false)
	fmt.Printf("%.2f\n", p)
	// Output: [0.25 0.75]
}
