package kernel

import (
	"errors"
	"fmt"
	"math"
	"testing"
)

// binaryDefinitions is every operation as its formula, in float64.
var binaryDefinitions = [binaryOps]func(x, y float64) float64{
	Add: func(x, y float64) float64 { return x + y }, Sub: func(x, y float64) float64 { return x - y },
	Mul: func(x, y float64) float64 { return x * y }, Div: func(x, y float64) float64 { return x / y },
	Maximum: propagate(math.Max), Minimum: propagate(math.Min), Pow: math.Pow, Atan2: math.Atan2,
	Remainder: func(x, y float64) float64 {
		r := math.Mod(x, y)
		if r != 0 && (r < 0) != (y < 0) {
			r += y
		}
		return r
	},
	ReLUGrad: func(g, y float64) float64 {
		if y <= 0 {
			return 0
		}
		return g
	},
	TanhGrad:    func(g, y float64) float64 { return g * (1 - y*y) },
	SigmoidGrad: func(g, y float64) float64 { return g * y * (1 - y) },
	AbsGrad: func(g, y float64) float64 {
		switch {
		case y > 0:
			return g
		case y < 0:
			return -g
		}
		return g * 0
	},
}

// propagate makes NaN win over everything; math.Max lets +Inf win.
func propagate(f func(x, y float64) float64) func(x, y float64) float64 {
	return func(x, y float64) float64 {
		if x != x || y != y {
			return nan
		}
		return f(x, y)
	}
}

func TestBinaryFloats(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), 1, -1, 2.5, -2.5, inf, -inf, nan}
	x, y := random[float64](67, 1), random[float64](67, 2)
	for _, a := range special {
		for _, b := range special {
			x, y = append(x, a), append(y, b)
		}
	}
	x32, y32 := make([]float32, len(x)), make([]float32, len(x))
	Convert(x32, x)
	Convert(y32, y)
	for op := range binaryOps {
		got, want := make([]float64, len(x)), make([]float64, len(x))
		got32, want32 := make([]float32, len(x)), make([]float32, len(x))
		for i := range x {
			want[i] = binaryDefinitions[op](x[i], y[i])
			want32[i] = float32(binaryDefinitions[op](float64(x32[i]), float64(y32[i])))
		}
		Binary(op, got, x, y)
		compare(t, op.String(), got, want, 1e-15, 1e-15)
		Binary(op, got32, x32, y32)
		compare(t, op.String()+" float32", got32, want32, 1e-6, 1e-6)
		in := append([]float64(nil), x...)
		Binary(op, in, in, y)
		compare(t, op.String()+" in place", in, got, 0, 0)
		Binary(op, x[:0], x[:0], y[:0])
		for _, s := range special {
			for i := range x {
				want[i] = binaryDefinitions[op](x[i], s)
			}
			BinaryScalar(op, got, x, s, false)
			compare(t, fmt.Sprint(op, " right ", s), got, want, 1e-15, 1e-15)
			for i := range x {
				want[i] = binaryDefinitions[op](s, x[i])
			}
			BinaryScalar(op, got, x, s, true)
			compare(t, fmt.Sprint(op, " left ", s), got, want, 1e-15, 1e-15)
		}
	}
}

func TestBinaryIntegers(t *testing.T) {
	x, y := []int32{7, -7, 7, -7, 0, math.MinInt32}, []int32{2, 2, -2, -2, 5, -1}
	for op, want := range map[BinaryOp][]int32{
		Add: {9, -5, 5, -9, 5, math.MaxInt32}, Sub: {5, -9, 9, -5, -5, math.MinInt32 + 1}, Mul: {14, -14, -14, 14, 0, math.MinInt32},
		Div: {3, -3, -3, 3, 0, math.MinInt32}, Remainder: {1, 1, -1, -1, 0, 0}, Pow: {49, 49, 0, 0, 0, 0},
		Maximum: {7, 2, 7, -2, 5, -1}, Minimum: {2, -7, -2, -7, 0, math.MinInt32}, ReLUGrad: {7, -7, 0, 0, 0, 0},
		AbsGrad: {7, -7, -7, 7, 0, math.MinInt32},
	} {
		got := make([]int32, len(x))
		Binary(op, got, x, y)
		compare(t, op.String(), got, want, 0, 0)
	}
}

func TestIntegerDivideByZero(t *testing.T) {
	for what, f := range map[string]func(dst []uint8){
		"Binary":       func(dst []uint8) { Binary(Div, dst, []uint8{1, 2, 3}, []uint8{1, 0, 0}) },
		"BinaryScalar": func(dst []uint8) { BinaryScalar(Remainder, dst, []uint8{1, 2, 3}, 0, false) },
		"swapped":      func(dst []uint8) { BinaryScalar(Div, dst, []uint8{1, 0, 3}, 5, true) },
	} {
		dst := []uint8{9, 9, 9}
		func() {
			defer func() {
				err, _ := recover().(error)
				var zero IntegerDivideByZero
				if !errors.As(err, &zero) {
					t.Errorf("%s: recovered %v", what, err)
				}
			}()
			f(dst)
		}()
		compare(t, what, dst, []uint8{9, 9, 9}, 0, 0)
	}
}

func TestBinaryAllocates(t *testing.T) {
	x := random[float32](300, 1)
	for op := range binaryOps {
		checkAllocations(t, op.String(), func() { Binary(op, x, x, x) })
		checkAllocations(t, op.String(), func() { BinaryScalar(op, x, x, 2, true) })
		checkAllocations(t, op.String(), func() { BinaryScalar(op, x, x, 2, false) })
	}
}

func TestCompareAndLogical(t *testing.T) {
	x, y := []float32{1, 2, 3, float32(nan), 1}, []float32{2, 2, 2, 1, float32(nan)}
	for op, want := range map[CompareOp][]bool{
		Eq: {false, true, false, false, false}, Ne: {true, false, true, true, true}, Lt: {true, false, false, false, false},
		Le: {true, true, false, false, false}, Gt: {false, false, true, false, false}, Ge: {false, true, true, false, false},
	} {
		got := make([]bool, len(x))
		if Compare(op, got, x, y); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: %v, want %v", op, got, want)
		}
	}
	a, b := []bool{false, false, true, true}, []bool{false, true, false, true}
	for op, want := range map[LogicalOp][]bool{
		And: {false, false, false, true}, Or: {false, true, true, true}, Xor: {false, true, true, false},
	} {
		got := make([]bool, 4)
		if Logical(op, got, a, b); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: %v, want %v", op, got, want)
		}
	}
	got := make([]bool, 4)
	if Not(got, b); fmt.Sprint(got) != "[true false true false]" {
		t.Errorf("not: %v", got)
	}
}

func TestWhere(t *testing.T) {
	got := make([]string, 3)
	Where(got, []bool{true, false, true}, []string{"a", "b", "c"}, []string{"x", "y", "z"})
	if fmt.Sprint(got) != "[a y c]" {
		t.Error(got)
	}
}

func TestConvert(t *testing.T) {
	x := []float64{1.9, -1.9, 300, nan, inf, -inf, 1e300}
	ints := make([]int64, len(x))
	Convert(ints, x)
	compare(t, "int64", ints, []int64{1, -1, 300, 0, math.MaxInt64, math.MinInt64, math.MaxInt64}, 0, 0)
	bytes := make([]uint8, len(x))
	Convert(bytes, x)
	compare(t, "uint8", bytes, []uint8{1, 255, 44, 0, 255, 0, 255}, 0, 0)
	narrow := make([]float32, len(x))
	Convert(narrow, x)
	compare(t, "float32", narrow, []float32{1.9, -1.9, 300, float32(nan), float32(inf), float32(-inf), float32(inf)}, 0, 0)
	same := make([]float64, len(x))
	Convert(same, x)
	compare(t, "float64", same, x, 0, 0)
	truth := make([]bool, 4)
	if ConvertToBool(truth, []float32{0, 1, float32(nan), float32(math.Copysign(0, -1))}); fmt.Sprint(truth) != "[false true true false]" {
		t.Error(truth)
	}
	numbers := make([]int32, 4)
	ConvertFromBool(numbers, truth)
	compare(t, "from bool", numbers, []int32{0, 1, 1, 0}, 0, 0)
}

func BenchmarkBinary(b *testing.B) {
	for op := range binaryOps {
		b.Run(op.String(), func(b *testing.B) {
			x, y, dst := random[float32](4096, 1), random[float32](4096, 2), make([]float32, 4096)
			for b.Loop() {
				Binary(op, dst, x, y)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/element")
		})
	}
}
