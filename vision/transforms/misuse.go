package transforms

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// misuse is a *tensor.ShapeError about an argument.
func misuse(op, want string, args ...any) error {
	return &tensor.ShapeError{Op: op, Want: fmt.Sprintf(want, args...), Where: tensor.Caller()}
}

// misfit is a *tensor.ShapeError about images that cannot be transformed so.
func misfit(op string, f format, want string, args ...any) error {
	return &tensor.ShapeError{Op: op, Shapes: [][]int{f.shape()}, Want: fmt.Sprintf(want, args...), Where: tensor.Caller()}
}

func checkProbability(op string, p float64) {
	if !(p >= 0 && p <= 1) {
		panic(misuse(op, "the probability must lie between 0 and 1, not be %g", p))
	}
}

// checkRange panics unless least <= from <= to <= most and all are finite.
func checkRange(op, what string, between [2]float64, least, most float64) {
	if !(least <= between[0] && between[0] <= between[1] && between[1] <= most) || math.IsInf(between[0], 0) || math.IsInf(between[1], 0) {
		limits := fmt.Sprintf("between %g and %g", least, most)
		switch {
		case math.IsInf(least, -1):
			limits = "finite"
		case math.IsInf(most, 1):
			limits = fmt.Sprintf("at least %g", least)
		}
		panic(misuse(op, "%s must be two numbers, the lesser first and both %s, not %v", what, limits, between))
	}
}

func checkSize(op, what string, h, w int) {
	if h < 1 || w < 1 {
		panic(misuse(op, "%s has at least one row and one column, not %d x %d", what, h, w))
	}
}

// checkFill reports what is wrong with values that fill a part of such images.
func checkFill(op, what string, fill []float64, f format) error {
	if len(fill) > 1 && len(fill) != f.c {
		return misfit(op, f, "%s has %d values: one, or one for each of the %d channels, is wanted", what, len(fill), f.c)
	}
	for _, v := range fill {
		if f.bytes && !(v >= 0 && v <= 255) {
			return misfit(op, f, "%s is %v: bytes hold 0 to 255", what, fill)
		}
	}
	return nil
}

// filling is channel c's of values that checkFill has passed; none are zeros.
func filling(fill []float64, c int) float64 {
	switch len(fill) {
	case 0:
		return 0
	case 1:
		return fill[0]
	}
	return fill[c]
}

// checkColours reports images that are neither grey nor RGB.
func checkColours(op string, f format) error {
	if f.c != 1 && f.c != 3 {
		return misfit(op, f, "colours are those of grey or RGB images, with 1 or 3 channels, not %d", f.c)
	}
	return nil
}

func checkStreams(t Transform, rngs func(k int) *rand.Rand) error {
	if rngs == nil && t.random() {
		return misuse("Apply", "%v draws at random and needs a *rand.Rand, not nil", t)
	}
	return nil
}
