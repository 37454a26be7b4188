package optim

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// misuse panics with a *tensor.ShapeError without operands: an option that makes no
// sense.
func misuse(op, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}

// wantPositive checks a number that has no useful zero. hint names what has good
// values.
func wantPositive(op, name string, v float64, hint string) {
	if !(v > 0) || math.IsInf(v, 1) {
		misuse(op, "%s is %v; a number above 0 is wanted%s", name, v, hint)
	}
}

func wantNotNegative(op, name string, v float64) {
	if !(v >= 0) || math.IsInf(v, 1) {
		misuse(op, "%s is %v; 0 or more is wanted", name, v)
	}
}

// wantDecay checks the decay of a moving average, for which zero means that it was
// forgotten.
func wantDecay(op, name string, v float64, hint string) {
	if !(v > 0 && v < 1) {
		misuse(op, "%s is %v; a number between 0 and 1 is wanted%s", name, v, hint)
	}
}
