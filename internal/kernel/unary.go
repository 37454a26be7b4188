package kernel

import "fmt"

// UnaryOp is a function of one element, with up to two constants a and b.
type UnaryOp uint8

// The unary operations. Those marked i are defined for integers too.
const (
	Neg        UnaryOp = iota // i: -x
	Exp                       // e^x
	Expm1                     // e^x - 1
	Log                       // natural logarithm; 0 gives -Inf, below 0 NaN
	Log1p                     // log(1+x)
	Sqrt                      // square root
	Rsqrt                     // 1/sqrt(x)
	Reciprocal                // 1/x
	Abs                       // i: |x|
	Sign                      // i: -1, 0 or 1; NaN gives 0
	Sin                       // x in radians
	Cos                       // x in radians
	Tanh                      // hyperbolic tangent
	Sigmoid                   // 1/(1+e^-x)
	ReLU                      // i: max(x, 0), NaN stays
	LeakyReLU                 // x > 0 ? x : a*x
	ELU                       // x > 0 ? x : a*(e^x - 1)
	GELU                      // x/2 * (1 + erf(x/sqrt(2)))
	GELUTanh                  // x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))
	SiLU                      // x * sigmoid(x)
	Softplus                  // log(1 + e^x); x above 20, as in PyTorch
	LogSigmoid                // -log(1 + e^-x)
	Erf                       // error function
	Square                    // i: x*x
	PowScalar                 // i: x^a
	AddScalar                 // i: x + a
	MulScalar                 // i: x * a
	DivScalar                 // x / a
	Clamp                     // i: min(max(x, a), b), NaN stays
	Floor                     // largest whole number <= x
	Ceil                      // smallest whole number >= x
	Round                     // nearest whole number, halves to the even one
	Trunc                     // toward zero
	unaryOps                  // how many
)

var unaryNames = [unaryOps]string{
	"neg", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "abs", "sign", "sin", "cos", "tanh", "sigmoid",
	"relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "softplus", "logsigmoid", "erf", "square", "pow_scalar",
	"add_scalar", "mul_scalar", "div_scalar", "clamp", "floor", "ceil", "round", "trunc",
}

// String returns the operation's name as PyTorch spells it.
func (op UnaryOp) String() string {
	if op < unaryOps {
		return unaryNames[op]
	}
	return fmt.Sprintf("UnaryOp(%d)", uint8(op))
}

// Integer tells whether the operation is defined for integer dtypes.
func (op UnaryOp) Integer() bool {
	switch op {
	case Neg, Abs, Sign, ReLU, Square, PowScalar, AddScalar, MulScalar, Clamp:
		return true
	}
	return false
}

// Unary computes dst[i] = op(x[i]). The constants a and b are those in the
// operation's comment; others ignore them. Integer arithmetic wraps around.
func Unary[T Number](op UnaryOp, dst, x []T, a, b float64) {
	if len(dst) == 0 {
		return
	}
	x = x[:len(dst)]
	if d, ok := as[float32](dst); ok {
		x, _ := as[float32](x)
		if f := Active().Unary32[op]; f != nil {
			f(d, x, a, b)
			return
		}
		if unaryFloat32(op, d, x, a) {
			return
		}
	}
	if !isFloat[T]() && !op.Integer() {
		panic(fmt.Sprintf("kernel: %v is not defined for integers", op))
	}
	unaryGeneric(op, dst, x, a, b)
}
