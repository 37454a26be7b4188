package kernel

import (
	"fmt"
	"math"
)

// ReduceOp brings many elements to one.
type ReduceOp uint8

// The reductions.
const (
	Sum        ReduceOp = iota // sum of x
	Prod                       // product of x
	Max                        // largest; NaN if any is
	Min                        // smallest; NaN if any is
	SumSquares                 // sum of x*x
	SumAbs                     // sum of |x|
	reduceOps                  // how many
)

var reduceNames = [reduceOps]string{"sum", "prod", "max", "min", "sum_squares", "sum_abs"}

// String returns the reduction's name.
func (op ReduceOp) String() string {
	if op < reduceOps {
		return reduceNames[op]
	}
	return fmt.Sprintf("ReduceOp(%d)", uint8(op))
}

// Combine returns the operation that joins two partial results: Add for the
// sums, Mul, Maximum or Minimum for the others.
func (op ReduceOp) Combine() BinaryOp {
	switch op {
	case Prod:
		return Mul
	case Max:
		return Maximum
	case Min:
		return Minimum
	}
	return Add
}

// Identity is what op gives for no elements: 0 for sums, 1 for Prod, the lowest
// value of T (-Inf) for Max, the highest (+Inf) for Min.
func Identity[T Number](op ReduceOp) T {
	switch op {
	case Prod:
		return 1
	case Max:
		return extreme[T](-1)
	case Min:
		return extreme[T](1)
	}
	return 0
}

// extreme is the lowest (side -1) or highest (side 1) value of T.
func extreme[T Number](side int) T {
	var v T
	switch p := any(&v).(type) {
	case *float32:
		*p = float32(math.Inf(side))
	case *float64:
		*p = math.Inf(side)
	case *int64:
		*p = math.MinInt64
		if side > 0 {
			*p = math.MaxInt64
		}
	case *int32:
		*p = math.MinInt32
		if side > 0 {
			*p = math.MaxInt32
		}
	case *uint8:
		if side > 0 {
			*p = math.MaxUint8
		}
	}
	return v
}

// Reduce brings x to one number of its own type; an empty x gives Identity.
//
// Float sums are added in blocks with eight accumulators, float32 blocks into a
// float64 total, float64 blocks pairwise: the error does not grow with the
// length. Integer sums and products wrap around in T (SumInt64 does not).
func Reduce[T Number](op ReduceOp, x []T) T {
	if len(x) == 0 {
		return Identity[T](op)
	}
	if x, ok := as[float32](x); ok {
		if f := Active().Reduce32[op]; f != nil {
			return T(f(x))
		}
	}
	switch op {
	case Sum, SumSquares, SumAbs:
		return T(sum(op, x))
	case Prod:
		p := T(1)
		for _, v := range x {
			p *= v
		}
		return p
	case Max:
		return maximum(x)
	case Min:
		return minimum(x)
	}
	panic(fmt.Sprintf("kernel: there is no reduction %v", op))
}

// rowsAtOnce is the length from which a row is worth a call of its own.
const rowsAtOnce = 4 << 10

// ReduceRows brings rows of n elements, side by side in x, to one number each, as
// Reduce does; n is above 0.
func ReduceRows[T Number](op ReduceOp, dst, x []T, n int) {
	if n < rowsAtOnce {
		if d, ok := as[float32](dst); ok {
			if f := Active().ReduceRows32[op]; f != nil {
				x, _ := as[float32](x)
				f(d, x, n)
				return
			}
		}
	}
	for i := range dst {
		dst[i] = Reduce(op, x[i*n:][:n])
	}
}

// maximum is the largest element of x, not empty; NaN if there is one.
func maximum[T Number](x []T) T {
	m := x[0]
	for _, v := range x {
		if v > m || v != v {
			m = v
		}
	}
	return m
}

// minimum is the smallest element of x, not empty; NaN if there is one.
func minimum[T Number](x []T) T {
	m := x[0]
	for _, v := range x {
		if v < m || v != v {
			m = v
		}
	}
	return m
}
