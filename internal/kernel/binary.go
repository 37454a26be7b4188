package kernel

import "fmt"

// BinaryOp is a function of two elements.
type BinaryOp uint8

// The binary operations. The last four are backward formulas: x is the gradient
// g coming from above, y the saved value.
const (
	Add         BinaryOp = iota // x + y
	Sub                         // x - y
	Mul                         // x * y
	Div                         // x / y; integers toward zero
	Maximum                     // the larger; NaN if either is
	Minimum                     // the smaller; NaN if either is
	Pow                         // x^y
	Atan2                       // the angle of the point (y, x) in radians, -Pi to Pi; floats only
	Remainder                   // x - y*floor(x/y), with the sign of y as in Python
	ReLUGrad                    // y <= 0 ? 0 : g
	TanhGrad                    // g * (1 - y*y)
	SigmoidGrad                 // g * y * (1-y)
	AbsGrad                     // g * sign(y), 0 at 0
	binaryOps                   // how many
)

var binaryNames = [binaryOps]string{
	"add", "sub", "mul", "div", "maximum", "minimum", "pow", "atan2", "remainder",
	"relu_grad", "tanh_grad", "sigmoid_grad", "abs_grad",
}

// String returns the operation's name as PyTorch spells it.
func (op BinaryOp) String() string {
	if op < binaryOps {
		return binaryNames[op]
	}
	return fmt.Sprintf("BinaryOp(%d)", uint8(op))
}

// Integer tells whether the operation is defined for integer dtypes.
func (op BinaryOp) Integer() bool { return op < binaryOps && op != Atan2 }

// IntegerDivideByZero is what Div and Remainder panic with when an integer
// divisor is zero; dst is untouched then.
type IntegerDivideByZero struct {
	Op    BinaryOp
	Index int // the first zero's place in the divisor
}

func (e IntegerDivideByZero) Error() string {
	return fmt.Sprintf("%v: the integer divisor is zero at element %d", e.Op, e.Index)
}

// Binary computes dst[i] = op(x[i], y[i]). Integer arithmetic wraps around.
func Binary[T Number](op BinaryOp, dst, x, y []T) {
	if len(dst) == 0 {
		return
	}
	x, y = x[:len(dst)], y[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().Binary32[op]; f != nil {
			x, _ := as[float32](x)
			y, _ := as[float32](y)
			f(d, x, y)
			return
		}
	}
	checkInteger(op, y)
	binaryGeneric(op, dst, x, y)
}

// checkInteger panics for what integers cannot do.
func checkInteger[T Number](op BinaryOp, y []T) {
	if isFloat[T]() {
		return
	}
	if !op.Integer() {
		panic(fmt.Sprintf("kernel: %v is not defined for integers", op))
	}
	if op == Div || op == Remainder {
		for i, v := range y {
			if v == 0 {
				panic(IntegerDivideByZero{op, i})
			}
		}
	}
}
