package kernel

import (
	"math"
	"math/bits"
	"unsafe"
)

// Summary is what Summarise finds. Mean, M2 (the sum of squared deviations from it), SumAbs, Min
// and Max are of the finite elements, 0 if there are none.
type Summary struct {
	Finite, NaN, Inf int // how many elements are so
	Zeros            int
	Mean, M2, SumAbs float64
	Min, Max         float64
}

// summaryBlock is how many elements are read several times while they are in the cache.
const summaryBlock = 1024

// Summarise describes x in one walk through memory: each block is looked at by several vector
// loops while it is near. Sums are in float64 but for SumAbs, whose blocks are added as Reduce does.
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

func summariseBlock[T Float](x []T) Summary {
	var s Summary
	lo, hi := Reduce(Min, x), Reduce(Max, x)
	if !finite(lo) || !finite(hi) { // NaN shows in both
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
		lo, hi = Reduce(Min, x), Reduce(Max, x)
	}
	s.Finite, s.Min, s.Max = len(x), float64(lo), float64(hi)
	if lo == hi {
		s.Mean, s.SumAbs = s.Min, math.Abs(s.Min)*float64(len(x))
		if lo == 0 {
			s.Zeros = len(x)
		}
		return s
	}
	// Around the first element, so that squares of a mean far from 0 do not swallow the deviations.
	n, from := float64(len(x)), float64(x[0])
	sum, dot := CentredProducts(x, x, from)
	s.Mean = sum / n
	off := s.Mean - from
	s.M2 = max(0, dot-from*(sum-n*from)-n*off*off)
	switch {
	case lo >= 0:
		s.SumAbs = sum
	case hi <= 0:
		s.SumAbs = -sum
	default:
		if s.SumAbs = float64(Reduce(SumAbs, x)); math.IsInf(s.SumAbs, 1) {
			s.SumAbs = 0
			for _, v := range x {
				s.SumAbs += math.Abs(float64(v))
			}
		}
	}
	if lo <= 0 && hi >= 0 {
		s.Zeros = zeros(x)
	}
	return s
}

func finite[T Float](v T) bool { return v-v == 0 }

// noughts are what blocks are compared with.
var noughts [summaryBlock]float32

// zeros is how many elements of a block are 0, of either sign.
func zeros[T Float](x []T) int {
	f, ok := as[float32](x)
	if !ok {
		n := 0
		for _, v := range x {
			if v == 0 {
				n++
			}
		}
		return n
	}
	var words [summaryBlock / 8]uint64 // of bools, of which true is a byte of 1
	Compare(Eq, unsafe.Slice((*bool)(unsafe.Pointer(&words)), len(f)), f, noughts[:len(f)])
	n := 0
	for _, word := range words {
		n += bits.OnesCount64(word)
	}
	return n
}

// SquaredNorm is the sum of squares of x in float64, in which no square of a float32 is lost.
func SquaredNorm[T Float](x []T) float64 { return deviations(x, 0) }
