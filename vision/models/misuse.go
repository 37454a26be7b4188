package models

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

// badSize panics with a *tensor.ShapeError about the arguments of a constructor.
func badSize(op, format string, args ...any) {
	panic(&tensor.ShapeError{Op: op, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
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

// orDefault is n, or what 0 stands for; below 0 it panics.
func orDefault(op, what string, n, otherwise int) int {
	if n < 0 {
		badSize(op, "%s must be 1 or more, or 0 for %d, not %d", what, otherwise, n)
	}
	if n == 0 {
		return otherwise
	}
	return n
}

// dropout is p, or what 0 stands for, or 0 if there is to be none; it panics unless 0 <= p < 1.
func dropout(op string, p float64, none bool, otherwise float64) float64 {
	if !(p >= 0 && p < 1) {
		badSize(op, "Dropout must lie between 0 and 1, or be 0 for %g, not %g; NoDropout turns it off", otherwise, p)
	}
	switch {
	case none && p != 0:
		badSize(op, "NoDropout and a Dropout of %g exclude each other", p)
	case none:
		return 0
	case p == 0:
		return otherwise
	}
	return p
}
