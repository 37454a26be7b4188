package kernel

import (
	"fmt"
	"math"
	"testing"
)

// summaryNaive is Summarise by the definitions.
func summaryNaive[T Float](x []T) Summary {
	var s Summary
	sum := 0.0
	for _, v := range x {
		f := float64(v)
		switch {
		case math.IsNaN(f):
			s.NaN++
			continue
		case math.IsInf(f, 0):
			s.Inf++
			continue
		}
		if s.Finite == 0 || f < s.Min {
			s.Min = f
		}
		if s.Finite == 0 || f > s.Max {
			s.Max = f
		}
		s.Finite++
		sum += f
		s.SumAbs += math.Abs(f)
		if f == 0 {
			s.Zeros++
		}
	}
	if s.Finite == 0 {
		return s
	}
	s.Mean = sum / float64(s.Finite)
	for _, v := range x {
		if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
			s.M2 += (f - s.Mean) * (f - s.Mean)
		}
	}
	return s
}

func testSummarise[T Float](t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 31, 100, 1023, 1024, 1025, 5000} {
			for what, change := range map[string]func(i int, v T) T{
				"as drawn":     func(_ int, v T) T { return v },
				"after a ReLU": func(_ int, v T) T { return max(v, 0) },
				"below 0":      func(_ int, v T) T { return min(v, 0) - 1 },
				"far from 0":   func(_ int, v T) T { return 1000 + v },
				"tiny":         func(_ int, v T) T { return v * 1e-30 },
				"huge":         func(_ int, v T) T { return v * 1e38 },
				"zeros":        func(i int, _ T) T { return T(math.Copysign(0, float64(i%2)-0.5)) },
				"constant":     func(int, T) T { return 0.1 },
				"NaN":          func(int, T) T { return T(nan) },
				"spoilt": func(i int, v T) T {
					switch i % 7 {
					case 2:
						return T(nan)
					case 4:
						return T(inf)
					case 5:
						return T(-inf)
					case 6:
						return 0
					}
					return v
				},
			} {
				x := random[T](n+3, uint64(n))[3:]
				for i := range x {
					x[i] = change(i, x[i])
				}
				got, want := Summarise(x), summaryNaive(x)
				near := func(a, b, scale float64) bool { return same(a, b, 1e-6, 1e-6*scale) }
				size := max(math.Abs(want.Min), math.Abs(want.Max))
				if got.Finite != want.Finite || got.NaN != want.NaN || got.Inf != want.Inf || got.Zeros != want.Zeros ||
					got.Min != want.Min || got.Max != want.Max || got.Magnitude() != size ||
					!near(got.Mean, want.Mean, size) || !same(got.M2, want.M2, 1e-6, 1e-20*size*size) || !near(got.SumAbs, want.SumAbs, 0) {
					t.Errorf("%s, %d elements: %+v, want %+v", what, n, got, want)
				}
				if n > 0 && what == "constant" && got.M2 != 0 {
					t.Errorf("%d equal elements deviate by %g", n, got.M2)
				}
			}
		}
	})
}

func TestSummarise(t *testing.T) {
	t.Run("float32", testSummarise[float32])
	t.Run("float64", testSummarise[float64])
}

// TestSummaryJoin: parts joined are the whole.
func TestSummaryJoin(t *testing.T) {
	x := random[float64](4000, 1)
	x[17], x[3999] = nan, inf
	want := Summarise(x)
	for _, at := range []int{0, 1, 17, 18, 2000, 3999, 4000} {
		got := Summarise(x[:at]).Join(Summarise(x[at:]))
		if got.Finite != want.Finite || got.NaN != 1 || got.Inf != 1 || got.Min != want.Min || got.Max != want.Max ||
			!same(got.Mean, want.Mean, 1e-12, 1e-12) || !same(got.M2, want.M2, 1e-10, 0) || !same(got.SumAbs, want.SumAbs, 1e-12, 0) {
			t.Errorf("cut at %d: %+v, want %+v", at, got, want)
		}
	}
}

func TestSquaredNorm(t *testing.T) {
	for _, v := range []float32{1e-30, 1e30, 0, 3} {
		if got, want := SquaredNorm([]float32{v, v, v}), 3*float64(v)*float64(v); !same(got, want, 1e-6, 0) {
			t.Errorf("of three %g: %g, want %g", v, got, want)
		}
	}
	for _, v := range []float64{nan, inf} {
		if got := SquaredNorm([]float64{1, v}); finite(got) {
			t.Errorf("with %g: %g", v, got)
		}
	}
}

func BenchmarkSummarise(b *testing.B) {
	x := random[float32](1<<16, 1)
	relu := make([]float32, len(x))
	for i, v := range x {
		relu[i] = max(v, 0)
	}
	for name, x := range map[string][]float32{"plain": x, "relu": relu} {
		b.Run(fmt.Sprint(name, " of ", len(x)), func(b *testing.B) {
			b.SetBytes(int64(4 * len(x)))
			for b.Loop() {
				Summarise(x)
			}
		})
	}
}
