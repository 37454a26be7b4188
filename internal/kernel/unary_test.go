package kernel

import (
	"fmt"
	"math"
	"testing"
)

// unaryDefinitions is every operation as its formula, in float64, with a = 0.3
// and b = 1.5.
var unaryDefinitions = [unaryOps]func(x float64) float64{
	Neg: func(x float64) float64 { return -x }, Exp: math.Exp, Expm1: math.Expm1, Log: math.Log, Log1p: math.Log1p,
	Sqrt: math.Sqrt, Rsqrt: func(x float64) float64 { return 1 / math.Sqrt(x) },
	Reciprocal: func(x float64) float64 { return 1 / x }, Abs: math.Abs,
	Sign: func(x float64) float64 {
		if x == 0 || x != x {
			return 0
		}
		return math.Copysign(1, x)
	},
	Sin: math.Sin, Cos: math.Cos, Tanh: math.Tanh,
	Sigmoid: func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	ReLU:    func(x float64) float64 { return math.Max(x, 0) },
	LeakyReLU: func(x float64) float64 {
		if x > 0 {
			return x
		}
		return 0.3 * x
	},
	ELU: func(x float64) float64 {
		if x > 0 {
			return x
		}
		return 0.3 * math.Expm1(x)
	},
	GELU: func(x float64) float64 { return x / 2 * math.Erfc(-x/math.Sqrt2) },
	GELUTanh: func(x float64) float64 {
		u := math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x)
		return x / (1 + math.Exp(-2*u))
	},
	SiLU: func(x float64) float64 { return x / (1 + math.Exp(-x)) },
	Softplus: func(x float64) float64 {
		if x > 20 {
			return x
		}
		return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	},
	LogSigmoid: func(x float64) float64 { return math.Min(x, 0) - math.Log1p(math.Exp(-math.Abs(x))) },
	Erf:        math.Erf, Square: func(x float64) float64 { return x * x },
	PowScalar: func(x float64) float64 { return math.Pow(x, 0.3) },
	AddScalar: func(x float64) float64 { return x + 0.3 },
	MulScalar: func(x float64) float64 { return x * 0.3 },
	DivScalar: func(x float64) float64 { return x / 0.3 },
	Clamp:     func(x float64) float64 { return math.Min(math.Max(x, 0.3), 1.5) },
	Floor:     math.Floor, Ceil: math.Ceil, Round: math.RoundToEven, Trunc: math.Trunc,
}

// probes32 is a dense walk over the float32 range: every 60,013th bit pattern,
// a fine grid around zero, and the special values.
func probes32() []float32 {
	x := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 0.5, 1.5, 2.5, -0.5, -1.5, float32(inf), float32(-inf),
		float32(nan), -float32(nan), math.MaxFloat32, -math.MaxFloat32, 0x1p-126, 0x1p-149, -0x1p-149, 88.7, 88.8, -87.3, -103.9, -104.1}
	for bits := uint64(0); bits < 1<<32; bits += 60013 {
		x = append(x, math.Float32frombits(uint32(bits)))
	}
	for v := float32(-20); v < 20; v += 0.00037 {
		x = append(x, v)
	}
	return append(x, -1.2265546, -0.14086804, -1.8057284, -3.42289) // GELU's worst so far
}

func TestUnaryFloat32(t *testing.T) {
	x := probes32()
	for op := range unaryOps {
		got, want := make([]float32, len(x)), make([]float32, len(x))
		Unary(op, got, x, 0.3, 1.5)
		worst, at := 0.0, 0
		for i, v := range x {
			exact := unaryDefinitions[op](float64(v))
			want[i] = float32(exact)
			if math.Abs(exact) >= 0x1p-126 && math.Abs(exact) < math.MaxFloat32 {
				if e := math.Abs(float64(got[i])-exact) / math.Abs(exact); e > worst {
					worst, at = e, i
				}
			} else if !same(float64(got[i]), float64(want[i]), 0, 0x1p-148) && math.Abs(exact) < 0x1.ffffffp127 != (math.Abs(float64(got[i])) <= math.MaxFloat32) {
				t.Errorf("%v(%v) = %v, want %v", op, v, got[i], want[i])
			}
			if (got[i] != got[i]) != (exact != exact) {
				t.Errorf("%v(%v) = %v, want %v", op, v, got[i], want[i])
			}
		}
		limit := 2e-7
		if op == AddScalar {
			limit = inf // cancels against the rounded constant
		}
		if worst > limit {
			t.Errorf("%v(%v) = %v, want %v: relative error %.2g", op, x[at], got[at], want[at], worst)
		}
	}
}

func TestUnaryFloat64(t *testing.T) {
	x := append(random[float64](101, 5), 0, 1, -1, 0.5, 2.5, -700, 700, inf, -inf, nan)
	for op := range unaryOps {
		got, want := make([]float64, len(x)), make([]float64, len(x))
		Unary(op, got, x, 0.3, 1.5)
		for i, v := range x {
			want[i] = unaryDefinitions[op](v)
		}
		compare(t, op.String(), got, want, 1e-13, 0)
		Unary(op, x[:0], x[:0], 0, 0)
	}
}

func TestUnaryInPlace(t *testing.T) {
	for op := range unaryOps {
		x := random[float32](77, 6)
		want := make([]float32, len(x))
		Unary(op, want, x, 0.3, 1.5)
		Unary(op, x, x, 0.3, 1.5)
		compare(t, op.String(), x, want, 0, 0)
	}
}

func TestUnaryIntegers(t *testing.T) {
	x := []int64{-3, -1, 0, 2, 7}
	tests := []struct {
		op   UnaryOp
		a, b float64
		want []int64
	}{
		{Neg, 0, 0, []int64{3, 1, 0, -2, -7}},
		{Abs, 0, 0, []int64{3, 1, 0, 2, 7}},
		{Sign, 0, 0, []int64{-1, -1, 0, 1, 1}},
		{ReLU, 0, 0, []int64{0, 0, 0, 2, 7}},
		{Square, 0, 0, []int64{9, 1, 0, 4, 49}},
		{PowScalar, 3, 0, []int64{-27, -1, 0, 8, 343}},
		{PowScalar, 4, 0, []int64{81, 1, 0, 16, 2401}},
		{PowScalar, -1, 0, []int64{0, -1, 0, 0, 0}},
		{AddScalar, -2, 0, []int64{-5, -3, -2, 0, 5}},
		{MulScalar, -2, 0, []int64{6, 2, 0, -4, -14}},
		{Clamp, -2, 3, []int64{-2, -1, 0, 2, 3}},
	}
	for _, test := range tests {
		got := make([]int64, len(x))
		Unary(test.op, got, x, test.a, test.b)
		compare(t, fmt.Sprint(test.op, test.a), got, test.want, 0, 0)
	}
	bytes := make([]uint8, 3)
	Unary(AddScalar, bytes, []uint8{0, 1, 255}, -1, 0)
	compare(t, "uint8 - 1", bytes, []uint8{255, 0, 254}, 0, 0)
	for op := range unaryOps {
		if op.Integer() {
			continue
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v of integers did not panic", op)
				}
			}()
			Unary(op, make([]int32, 1), make([]int32, 1), 0, 0)
		}()
	}
}

func TestUnaryNames(t *testing.T) {
	seen := map[string]bool{}
	for op := range unaryOps {
		if name := op.String(); name == "" || seen[name] {
			t.Errorf("operation %d has the name %q", op, name)
		} else {
			seen[name] = true
		}
	}
}

func TestUnaryAllocates(t *testing.T) {
	x := random[float32](64, 1)
	for op := range unaryOps {
		checkAllocations(t, op.String(), func() { Unary(op, x, x, 0.3, 1.5) })
	}
	y := random[int64](64, 1)
	checkAllocations(t, "int64", func() { Unary(MulScalar, y, y, 3, 0) })
}

func BenchmarkUnary(b *testing.B) {
	for op := range unaryOps {
		b.Run(op.String(), func(b *testing.B) {
			x := random[float32](4096, 1)
			dst := make([]float32, len(x))
			for b.Loop() {
				Unary(op, dst, x, 0.3, 1.5)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/element")
		})
	}
}

func ExampleUnary() {
	x := []float32{-1, 0, 2}
	Unary(ReLU, x, x, 0, 0)
	fmt.Println(x)
	// Output: [0 0 2]
}

// TestPowRoots: the exponents 1/2 and -1/2 are square roots at the ends too, as in
// PyTorch; math.Pow has Inf and 0 for -Inf.
func TestPowRoots(t *testing.T) {
	x := []float64{4, 0, inf, -inf, -1, nan}
	got := make([]float64, len(x))
	Unary(PowScalar, got, x, 0.5, 0)
	compare(t, "x^0.5", got, []float64{2, 0, inf, nan, nan, nan}, 0, 0)
	Unary(PowScalar, got, x, -0.5, 0)
	compare(t, "x^-0.5", got, []float64{0.5, inf, 0, nan, nan, nan}, 0, 0)
}
