package kernel

import (
	"fmt"
	"math"
)

// unaryGeneric is the reference: every operation for every type, functions
// through float64. len(x) == len(dst).
func unaryGeneric[T Number](op UnaryOp, dst, x []T, a, b float64) {
	x = x[:len(dst)]
	s, t := scalar[T](a), scalar[T](b)
	switch op {
	case Neg:
		for i, v := range x {
			dst[i] = -v
		}
	case Abs:
		for i, v := range x {
			dst[i] = abs(v)
		}
	case Sign:
		for i, v := range x {
			dst[i] = sign(v)
		}
	case Sqrt:
		for i, v := range x {
			dst[i] = T(math.Sqrt(float64(v)))
		}
	case Rsqrt:
		for i, v := range x {
			dst[i] = T(1 / math.Sqrt(float64(v)))
		}
	case Reciprocal:
		for i, v := range x {
			dst[i] = 1 / v
		}
	case ReLU:
		for i, v := range x {
			dst[i] = max(v, 0)
		}
	case LeakyReLU:
		for i, v := range x {
			if !(v > 0) {
				v *= s
			}
			dst[i] = v
		}
	case Square:
		for i, v := range x {
			dst[i] = v * v
		}
	case AddScalar:
		for i, v := range x {
			dst[i] = v + s
		}
	case MulScalar:
		for i, v := range x {
			dst[i] = v * s
		}
	case DivScalar:
		for i, v := range x {
			dst[i] = v / s
		}
	case Clamp:
		for i, v := range x {
			if v < s {
				v = s
			}
			if v > t {
				v = t
			}
			dst[i] = v
		}
	case PowScalar:
		powScalar(dst, x, a)
	case Floor:
		for i, v := range x {
			dst[i] = T(math.Floor(float64(v)))
		}
	case Ceil:
		for i, v := range x {
			dst[i] = T(math.Ceil(float64(v)))
		}
	case Round:
		for i, v := range x {
			dst[i] = T(math.RoundToEven(float64(v)))
		}
	case Trunc:
		for i, v := range x {
			dst[i] = T(math.Trunc(float64(v)))
		}
	default:
		f := unaryFunction(op, a)
		for i, v := range x {
			dst[i] = T(f(float64(v)))
		}
	}
}

// sign is -1, 0 or 1; 0 for NaN.
func sign[T Number](v T) T {
	var s T
	if v > 0 {
		s = 1
	}
	if v < 0 {
		s--
	}
	return s
}

// unaryFunction is the float64 function behind an operation that has no loop of
// its own.
func unaryFunction(op UnaryOp, a float64) func(float64) float64 {
	switch op {
	case Exp:
		return math.Exp
	case Expm1:
		return math.Expm1
	case Log:
		return math.Log
	case Log1p:
		return math.Log1p
	case Sin:
		return math.Sin
	case Cos:
		return math.Cos
	case Tanh:
		return math.Tanh
	case Erf:
		return math.Erf
	case Sigmoid:
		return sigmoid64
	case ELU:
		return func(v float64) float64 {
			if v > 0 {
				return v
			}
			return a * math.Expm1(v)
		}
	case GELU:
		return gelu64
	case GELUTanh:
		return geluTanh64
	case SiLU:
		return func(v float64) float64 { return v * sigmoid64(v) }
	case Softplus:
		return func(v float64) float64 {
			if v > softplusThreshold {
				return v
			}
			return softplus64(v)
		}
	case LogSigmoid:
		return func(v float64) float64 { return -softplus64(-v) }
	}
	panic(fmt.Sprintf("kernel: there is no unary operation %v", op))
}

func sigmoid64(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

// gelu64 uses erfc, which keeps its digits where 1+erf loses them.
func gelu64(v float64) float64 { return 0.5 * v * math.Erfc(-v*(1/math.Sqrt2)) }

// geluTanh64 uses (1 + tanh u)/2 = sigmoid(2u), exact in the left tail.
func geluTanh64(v float64) float64 {
	const c = 0.7978845608028654 // sqrt(2/pi)
	return v * sigmoid64(2*c*(v+0.044715*v*v*v))
}

// softplusThreshold is where Softplus becomes the identity, as in PyTorch. The
// logarithm of a sigmoid has none.
const softplusThreshold = 20

// softplus64 is log(1+e^v) without overflow.
func softplus64(v float64) float64 { return max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))) }
