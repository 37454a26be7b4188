package safetensors

import (
	"errors"
	"fmt"
)

// FormatError says that a file is not a safetensors file, is damaged, or holds what Lumen has no type for; or, from a
// writer, that a tensor cannot be put into such a file.
type FormatError struct {
	Path    string // the file; empty for a stream
	Tensor  string // the tensor's name; empty where the file as a whole is wrong
	Problem string // what was found and what was expected
}

// Error is one sentence with all three.
func (e *FormatError) Error() string {
	s := "safetensors: "
	if e.Path != "" {
		s += e.Path + ": "
	}
	if e.Tensor != "" {
		s += fmt.Sprintf("tensor %q: ", e.Tensor)
	}
	return s + e.Problem
}

// bad is an error about a whole file.
func bad(format string, args ...any) error {
	return &FormatError{Problem: fmt.Sprintf(format, args...)}
}

// badTensor is an error about one tensor.
func badTensor(name, format string, args ...any) error {
	return &FormatError{Tensor: name, Problem: fmt.Sprintf(format, args...)}
}

// at puts the file's path into an error about its contents.
func at(path string, err error) error {
	var e *FormatError
	if path == "" || !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Path = path
	return &named
}
