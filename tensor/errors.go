package tensor

import (
	"fmt"
	"runtime"
	"strings"
)

// Misuse is what a wrong call panics with: a mistake in the program, not in the
// outside world. *ShapeError, *DTypeError, *IndexError, *GraphError, *StaleError
// and *DeviceError are the only ones; train.Run and the lab turn exactly these
// into errors. Where is the first file:line outside Lumen.
type Misuse interface {
	error
	misuse()
}

// ShapeError: operands whose shapes do not fit, or an argument that does not fit
// an operand's shape.
type ShapeError struct {
	Op     string
	Shapes [][]int // of every operand
	Want   string  // what was expected
	Where  string  // the caller's file:line
}

func (e *ShapeError) misuse() {}

func (e *ShapeError) Error() string {
	return sentence(e.Op, shapesText(e.Shapes), e.Want, e.Where)
}

// DTypeError: an element type that an operation does not take.
type DTypeError struct {
	Op     string
	DTypes []DType
	Want   string
	Where  string
}

func (e *DTypeError) misuse() {}

func (e *DTypeError) Error() string {
	names := make([]string, len(e.DTypes))
	for i, d := range e.DTypes {
		names[i] = d.String()
	}
	return sentence(e.Op, strings.Join(names, " and "), e.Want, e.Where)
}

// IndexError: an index or a dimension outside its range.
type IndexError struct {
	Op    string
	Index int
	Shape []int
	Want  string
	Where string
}

func (e *IndexError) misuse() {}

func (e *IndexError) Error() string {
	return sentence(e.Op, fmt.Sprintf("index %d on a tensor of shape %v", e.Index, e.Shape), e.Want, e.Where)
}

// GraphError: a graph that cannot be walked: freed, not there, or with a saved
// value that was changed in place.
type GraphError struct {
	Op    string
	Want  string // what is wrong and what to do
	Where string
}

func (e *GraphError) misuse() {}

func (e *GraphError) Error() string { return sentence(e.Op, "", e.Want, e.Where) }

// StaleError: a result of an earlier step whose memory a later step took over.
type StaleError struct {
	Op    string
	Shape []int
	Where string
}

func (e *StaleError) misuse() {}

func (e *StaleError) Error() string {
	return sentence(e.Op, fmt.Sprintf("a tensor of shape %v from a finished step", e.Shape),
		"its memory was taken over by a later forward on the same Pass, or by the loader's next batch; keep it with Clone, Detach or Data before that", e.Where)
}

// DeviceError: operands on different devices, or a device that cannot do it.
type DeviceError struct {
	Op    string
	Want  string
	Where string
}

func (e *DeviceError) misuse() {}

func (e *DeviceError) Error() string { return sentence(e.Op, "", e.Want, e.Where) }

func sentence(op, given, want, where string) string {
	var b strings.Builder
	b.WriteString("tensor: ")
	b.WriteString(op)
	if given != "" {
		b.WriteString(" of ")
		b.WriteString(given)
	}
	b.WriteString(": ")
	b.WriteString(want)
	if where != "" {
		b.WriteString(" (at ")
		b.WriteString(where)
		b.WriteString(")")
	}
	return b.String()
}

func shapesText(shapes [][]int) string {
	s := make([]string, len(shapes))
	for i, v := range shapes {
		s[i] = fmt.Sprint(v)
	}
	return strings.Join(s, " and ")
}

const modulePath = "github.com/lumen-ml/lumen/"

// sourcePath is the folder of the library's source files, as the compiler wrote it
// down.
var sourcePath = func() string {
	_, file, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(file, "tensor/errors.go")
}()

// ownCode reports whether a frame is the library's own code: by its file too, since a
// closure that was inlined into the user's function has that function's name.
func ownCode(f runtime.Frame) bool {
	if strings.HasSuffix(f.File, "_test.go") {
		return false
	}
	name, ok := strings.CutPrefix(f.Function, modulePath)
	if !ok {
		name, ok = strings.CutPrefix(f.File, sourcePath)
	}
	return ok && !strings.HasPrefix(name, "cmd/")
}

// caller is the first file:line on the stack that is not the library's own code;
// commands, Examples and tests count as its users.
func caller() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !ownCode(f) && !strings.HasPrefix(f.Function, "runtime.") && f.File != "" {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return ""
		}
	}
}

// Caller is the first file:line on the stack outside Lumen, for the Where of errors
// that the packages above make themselves; "" if there is none.
func Caller() string { return caller() }

func shapes(ts ...*Tensor) [][]int {
	s := make([][]int, 0, len(ts))
	for _, t := range ts {
		if t != nil {
			s = append(s, t.Shape())
		}
	}
	return s
}

// badShape panics with a *ShapeError about the operands.
func badShape(op string, ts []*Tensor, format string, args ...any) {
	panic(&ShapeError{Op: op, Shapes: shapes(ts...), Want: fmt.Sprintf(format, args...), Where: caller()})
}

// badType panics with a *DTypeError about the operands.
func badType(op string, ts []*Tensor, format string, args ...any) {
	d := make([]DType, 0, len(ts))
	for _, t := range ts {
		if t != nil {
			d = append(d, t.a.Type)
		}
	}
	panic(&DTypeError{Op: op, DTypes: d, Want: fmt.Sprintf(format, args...), Where: caller()})
}

// badIndex panics with an *IndexError.
func badIndex(op string, t *Tensor, index int, format string, args ...any) {
	panic(&IndexError{Op: op, Index: index, Shape: t.Shape(), Want: fmt.Sprintf(format, args...), Where: caller()})
}

// badGraph panics with a *GraphError.
func badGraph(op, format string, args ...any) {
	panic(&GraphError{Op: op, Want: fmt.Sprintf(format, args...), Where: caller()})
}
