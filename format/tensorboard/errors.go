package tensorboard

import "fmt"

// FormatError says that a file is not an event file, is damaged, or was cut off.
type FormatError struct {
	Path    string // the file; empty for a stream
	Offset  int64  // of the record in the file, in bytes
	Problem string // what was found and what was expected
	cause   error
}

// Error is one sentence with all three.
func (e *FormatError) Error() string {
	s := "tensorboard: "
	if e.Path != "" {
		s += e.Path + ": "
	}
	return s + fmt.Sprintf("record at byte %d: %s", e.Offset, e.Problem)
}

// Unwrap is io.ErrUnexpectedEOF of a file that ends within a record, else nil.
func (e *FormatError) Unwrap() error { return e.cause }
