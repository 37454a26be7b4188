package kernel

import "math"

// Summary is what Summarise finds. Mean, M2 (the sum of squared deviations from it), SumAbs, Min
// and Max are of the finite elements, 0 if there are none.
type Summary struct {
	Finite, NaN, Inf int // how many elements are so
	Zeros            int
	Mean, M2, SumAbs float64
	Min, Max         float64
}

// summaryBlock is how many elements are looked at again where some are not finite.
const summaryBlock = 1024

// Summarise describes x in one walk through memory, all sums in float64.
func Summarise[T Float](x []T) Summary {
	var s Summary
	for len(x) > 0 {
		block := x[:min(len(x), summaryBlock)]
		x = x[len(block):]
		s = s.Join(summariseBlock(block))
	}
	return s
}

// Join describes the elements of s and o together.
func (s Summary) Join(o Summary) Summary {
	j := Summary{Finite: s.Finite + o.Finite, NaN: s.NaN + o.NaN, Inf: s.Inf + o.Inf, Zeros: s.Zeros + o.Zeros}
	switch {
	case s.Finite == 0:
		j.Mean, j.M2, j.SumAbs, j.Min, j.Max = o.Mean, o.M2, o.SumAbs, o.Min, o.Max
	case o.Finite == 0:
		j.Mean, j.M2, j.SumAbs, j.Min, j.Max = s.Mean, s.M2, s.SumAbs, s.Min, s.Max
	default:
		j.Mean, j.M2 = CombineMoments(s.Finite, s.Mean, s.M2, o.Finite, o.Mean, o.M2)
		j.SumAbs, j.Min, j.Max = s.SumAbs+o.SumAbs, min(s.Min, o.Min), max(s.Max, o.Max)
	}
	return j
}

// Magnitude is the greatest |x| of the finite elements.
func (s Summary) Magnitude() float64 { return max(math.Abs(s.Min), math.Abs(s.Max)) }

// summarySums are what one loop over a block finds. They mean nothing if squares is not finite.
type summarySums struct {
	sum, squares, magnitudes float64
	zeros                    int
	least, most              float64
}

// sumUp is the loop over a block, which is not empty.
func sumUp[T Float](x []T) summarySums {
	s := summarySums{least: math.Inf(1), most: math.Inf(-1)}
	if f, ok := as[float32](x); ok {
		if vector := Active().Summary32; vector != nil {
			var whole int
			whole, s = vector(f)
			x = x[whole:]
		}
	}
	for _, v := range x {
		f := float64(v)
		s.sum += f
		s.squares += f * f
		s.magnitudes += math.Abs(f)
		if f == 0 {
			s.zeros++
		}
		s.least, s.most = min(s.least, f), max(s.most, f)
	}
	return s
}

func summariseBlock[T Float](x []T) Summary {
	var s Summary
	sums := sumUp(x)
	if !finite(sums.squares) {
		var kept [summaryBlock]T
		n := 0
		for _, v := range x {
			switch {
			case finite(v):
				kept[n] = v
				n++
			case v != v:
				s.NaN++
			default:
				s.Inf++
			}
		}
		if n == 0 {
			return s
		}
		x = kept[:n]
		sums = sumUp(x)
	}
	n := float64(len(x))
	s.Finite, s.Zeros, s.SumAbs, s.Min, s.Max = len(x), sums.zeros, sums.magnitudes, sums.least, sums.most
	if s.Min == s.Max {
		s.Mean = s.Min
		return s
	}
	s.Mean = sums.sum / n
	s.M2 = sums.squares - sums.sum*s.Mean
	if !(s.M2 > 1e-6*sums.squares) { // the mean is far from 0, and its square has swallowed the deviations
		s.M2 = deviations(x, s.Mean)
	}
	return s
}

func finite[T Float](v T) bool { return v-v == 0 }

// SquaredNorm is the sum of squares of x, of float32 to about its precision: in float64 where squares
// could be lost, or not be finite, in float32.
func SquaredNorm[T Float](x []T) float64 {
	if f, ok := as[float32](x); ok {
		if s := float64(Reduce(SumSquares, f)); s > 1e-20 && s < 1e30 {
			return s
		}
	}
	return deviations(x, 0)
}
