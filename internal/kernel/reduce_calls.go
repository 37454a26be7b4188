//go:build amd64 || arm64

package kernel

// The wrappers of the reductions in assembly.

// reduceSum adds up what f gives for the parts of x, sums in float64.
func reduceSum(f func(x *float32, n int) float64) func(x []float32) float32 {
	return func(x []float32) float32 {
		s := 0.0
		for len(x) > 0 {
			n := min(len(x), assemblyElements)
			s += f(&x[0], n)
			x = x[n:]
		}
		return float32(s)
	}
}

// reduceExtreme joins what f gives for the parts of x, which is not empty.
func reduceExtreme(f func(x *float32, n int) float32, join func(a, b float32) float32) func(x []float32) float32 {
	return func(x []float32) float32 {
		m := x[0]
		for len(x) > 0 {
			n := min(len(x), assemblyElements)
			m = join(m, f(&x[0], n))
			x = x[n:]
		}
		return m
	}
}

func larger(a, b float32) float32  { return max(a, b) }
func smaller(a, b float32) float32 { return min(a, b) }
