package nn

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// badSize panics with a *tensor.ShapeError about the arguments of a constructor.
func badSize(op, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}

// real checks an option that may be any number but NaN.
func real(op, what string, v float64) {
	if math.IsNaN(v) {
		badSize(op, "%s is NaN", what)
	}
}

// notNegative checks an option that is 0 or more.
func notNegative(op, what string, v float64) {
	if !(v >= 0) || math.IsInf(v, 1) {
		badSize(op, "%s must be 0 or more, not %g", what, v)
	}
}

// wantModule panics if there is nothing to run.
func wantModule(op string, m Module) {
	if m == nil {
		badSize(op, "the module is nil")
	}
}

// wantPass panics for a nil Pass.
func (p *Pass) wantPass(op string) {
	if p == nil {
		badSize(op, "the Pass is nil; make one with nn.Training(seed) or nn.Inference(), or call nn.Predict")
	}
}

// positive checks a constructor's size.
func positive(op, what string, n int) {
	if n < 1 {
		badSize(op, "%s must be 1 or more, not %d", what, n)
	}
}

// one is the options given, or the zero value.
func one[O any](op string, options []O) O {
	var zero O
	switch len(options) {
	case 0:
		return zero
	case 1:
		return options[0]
	}
	badSize(op, "one options struct is wanted, not %d", len(options))
	return zero
}

// badInput panics with a *tensor.ShapeError about a layer's input.
func badInput(op string, x *tensor.Tensor, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Shapes: [][]int{x.Shape()}, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}
