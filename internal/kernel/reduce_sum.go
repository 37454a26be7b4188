package kernel

import "math"

// sumBlock is how many elements are added in T with eight accumulators before
// the result goes to the outer sum: 16 additions in a row for each.
const sumBlock = 128

// sum is Sum, SumSquares or SumAbs of x: floats in blocks into float64.
func sum[T Number](op ReduceOp, x []T) T {
	if !isFloat[T]() {
		return sumSequential(op, x)
	}
	return T(sumPairwise(op, x))
}

// sumPairwise adds up blocks: halves are cut at whole blocks, so that the order
// depends on the length only.
func sumPairwise[T Number](op ReduceOp, x []T) float64 {
	if len(x) <= sumBlock {
		return float64(sumOfBlock(op, x))
	}
	if len(x) <= 16*sumBlock {
		total := 0.0
		for len(x) > sumBlock {
			total += float64(sumOfBlock(op, x[:sumBlock]))
			x = x[sumBlock:]
		}
		return total + float64(sumOfBlock(op, x))
	}
	half := len(x) / 2 / sumBlock * sumBlock
	return sumPairwise(op, x[:half]) + sumPairwise(op, x[half:])
}

// sumOfBlock adds up to sumBlock elements with eight accumulators.
func sumOfBlock[T Number](op ReduceOp, x []T) T {
	var s0, s1, s2, s3, s4, s5, s6, s7 T
	switch op {
	case Sum:
		for ; len(x) >= 8; x = x[8:] {
			s0 += x[0]
			s1 += x[1]
			s2 += x[2]
			s3 += x[3]
			s4 += x[4]
			s5 += x[5]
			s6 += x[6]
			s7 += x[7]
		}
	case SumSquares:
		for ; len(x) >= 8; x = x[8:] {
			s0 += x[0] * x[0]
			s1 += x[1] * x[1]
			s2 += x[2] * x[2]
			s3 += x[3] * x[3]
			s4 += x[4] * x[4]
			s5 += x[5] * x[5]
			s6 += x[6] * x[6]
			s7 += x[7] * x[7]
		}
	case SumAbs:
		for ; len(x) >= 8; x = x[8:] {
			s0 += abs(x[0])
			s1 += abs(x[1])
			s2 += abs(x[2])
			s3 += abs(x[3])
			s4 += abs(x[4])
			s5 += abs(x[5])
			s6 += abs(x[6])
			s7 += abs(x[7])
		}
	}
	return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + sumSequential(op, x)
}

// sumSequential adds up one by one.
func sumSequential[T Number](op ReduceOp, x []T) T {
	var s T
	for _, v := range x {
		switch op {
		case SumSquares:
			v *= v
		case SumAbs:
			v = abs(v)
		}
		s += v
	}
	return s
}

// abs is |v|; the lowest integer stays as it is.
func abs[T Number](v T) T {
	if isFloat[T]() {
		return T(math.Abs(float64(v))) // one instruction; a branch on the sign is a coin's toss
	}
	if v < 0 {
		return -v
	}
	return v
}

// SumInt64 is the sum of x in int64: exact for integers, and for floats the
// sum of their whole parts.
func SumInt64[T Number](x []T) int64 {
	s := int64(0)
	for _, v := range x {
		s += int64(v)
	}
	return s
}

// CountTrue is how many elements are true.
func CountTrue(x []bool) int64 {
	n := int64(0)
	for _, v := range x {
		if v {
			n++
		}
	}
	return n
}
