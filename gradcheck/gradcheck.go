package gradcheck

import (
	"fmt"
	"math"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// Options of a check. The zero value means the defaults.
type Options struct {
	Eps  float64 // half the distance of the two points; default 1e-6
	Atol float64 // absolute tolerance; default 1e-5
	Rtol float64 // relative tolerance; default 1e-3
	// Kinks makes an element at a kink an error instead of leaving it out.
	Kinks bool
	// Max is how many mismatches the error lists; default 5.
	Max int
}

func (o Options) defaults() Options {
	if o.Eps == 0 {
		o.Eps = 1e-6
	}
	if o.Atol == 0 {
		o.Atol = 1e-5
	}
	if o.Rtol == 0 {
		o.Rtol = 1e-3
	}
	if o.Max == 0 {
		o.Max = 5
	}
	return o
}

// Mismatch is one element whose gradient is off.
type Mismatch struct {
	Input    string // "input 1", or a parameter's name
	Index    []int  // of the element in the input
	Value    float64
	Analytic float64 // what Backward says
	Numeric  float64 // what the finite difference says
	Kink     bool    // Left and Right disagree
	Left     float64 // difference quotients from either side
	Right    float64
}

func (m Mismatch) String() string {
	if m.Kink {
		return fmt.Sprintf("%s%v = %.6g: a kink, slope %.6g from the left and %.6g from the right; Backward says %.6g",
			m.Input, m.Index, m.Value, m.Left, m.Right, m.Analytic)
	}
	return fmt.Sprintf("%s%v = %.6g: Backward says %.9g, the difference quotient %.9g, off by %.3g",
		m.Input, m.Index, m.Value, m.Analytic, m.Numeric, math.Abs(m.Analytic-m.Numeric))
}

// Error is what a failed check returns.
type Error struct {
	Mismatches []Mismatch
	Checked    int // elements compared
	Kinks      int // elements left out because of a kink
	Max        int // how many mismatches to list
}

func (e *Error) Error() string {
	var b strings.Builder
	if len(e.Mismatches) == 0 {
		return fmt.Sprintf("gradcheck: nothing could be compared: all %d elements are at kinks; choose other inputs", e.Kinks)
	}
	fmt.Fprintf(&b, "gradcheck: %d of %d gradients are off", len(e.Mismatches), e.Checked)
	for i, m := range e.Mismatches {
		if i == e.Max {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Mismatches)-i)
			break
		}
		b.WriteString("\n  ")
		b.WriteString(m.String())
	}
	if e.Kinks > 0 {
		fmt.Fprintf(&b, "\n  (%d elements at kinks were left out)", e.Kinks)
	}
	return b.String()
}

// Func checks the gradient of f with respect to every float64 tensor in xs; others
// are passed on. f is called many times and must not change its arguments; its
// result may have any shape. It returns an *Error that lists the elements that are
// off, or an error that says why f cannot be checked.
func Func(f func(xs []*tensor.Tensor) *tensor.Tensor, xs []*tensor.Tensor, o Options) error {
	o = o.defaults()
	var vars []variable
	args := make([]*tensor.Tensor, len(xs))
	for i, x := range xs {
		args[i] = x.Detach()
		switch x.DType() {
		case tensor.Float64:
			data, shape := tensor.Data[float64](x), x.Shape()
			v := variable{name: fmt.Sprintf("input %d", i), shape: shape, data: data,
				set: func() { args[i] = tensor.FromSlice(data, shape...) }}
			v.set()
			vars = append(vars, v)
		case tensor.Float32:
			return fmt.Errorf("gradcheck: input %d is float32; differences need float64, convert with To(tensor.Float64)", i)
		}
	}
	run := func() (*tensor.Tensor, []*tensor.Tensor) {
		var leaves []*tensor.Tensor
		for _, x := range args {
			if x.DType() == tensor.Float64 {
				leaves = append(leaves, x.RequireGrad())
			}
		}
		return f(args), leaves
	}
	return check(vars, run, o)
}

// variable is something whose gradient is checked. set makes its present data what
// the function sees.
type variable struct {
	name  string
	shape []int
	data  []float64
	set   func()
}

// check compares the gradients of vars. run computes the function of their present
// data and returns the leaves that stand for them, nil for one that took no part.
func check(vars []variable, run func() (*tensor.Tensor, []*tensor.Tensor), o Options) error {
	if len(vars) == 0 {
		return fmt.Errorf("gradcheck: there is no float64 input to check")
	}
	y, leaves := run()
	if y.DType() != tensor.Float64 {
		return fmt.Errorf("gradcheck: the function returns %v, float64 is wanted", y.DType())
	}
	if y.Numel() == 0 {
		return fmt.Errorf("gradcheck: the function returns no elements (shape %v)", y.Shape())
	}
	if !y.Tracked() {
		return fmt.Errorf("gradcheck: the result does not depend on any input in a differentiable way")
	}
	weights := make([]float64, y.Numel())
	for i := range weights { // fixed, of both signs, none alike nearby
		weights[i] = 0.5 + math.Cos(1.3*float64(i)+0.4)
	}
	value := func() float64 {
		sum := 0.0
		y, _ := run()
		for i, v := range tensor.Data[float64](y) {
			sum += weights[i] * v
		}
		return sum
	}
	grads := gradients(y, leaves, tensor.BackwardOptions{Gradient: tensor.FromSlice(weights, y.Shape()...), AllowUnused: true})
	report := &Error{Max: o.Max}
	for i, v := range vars {
		analytic := make([]float64, len(v.data))
		if grads[i] != nil {
			if got, want := fmt.Sprint(grads[i].Shape()), fmt.Sprint(v.shape); got != want {
				return fmt.Errorf("gradcheck: the gradient of %s has shape %s, not %s", v.name, got, want)
			}
			analytic = tensor.Data[float64](grads[i])
		}
		here := value()
		for k, x := range v.data {
			at := func(d float64) float64 {
				v.data[k] = x + d
				v.set()
				r := value()
				v.data[k] = x
				return r
			}
			up, down := at(o.Eps), at(-o.Eps)
			m := Mismatch{Input: v.name, Index: unravel(k, v.shape), Value: x, Analytic: analytic[k],
				Numeric: (up - down) / (2 * o.Eps), Left: (here - down) / o.Eps, Right: (up - here) / o.Eps}
			report.Checked++
			if close(m.Numeric, m.Analytic, o) {
				continue
			}
			m.Kink = kink(m, o, at, here)
			if m.Kink && !o.Kinks {
				report.Kinks++
				report.Checked--
				continue
			}
			report.Mismatches = append(report.Mismatches, m)
		}
		v.set() // the last element was moved
	}
	if len(report.Mismatches) > 0 || report.Checked == 0 {
		return report
	}
	return nil
}

// gradients is GradOf that passes over leaves that are nil.
func gradients(y *tensor.Tensor, leaves []*tensor.Tensor, o tensor.BackwardOptions) []*tensor.Tensor {
	var tracked []*tensor.Tensor
	var place []int
	for i, l := range leaves {
		if l != nil {
			tracked, place = append(tracked, l), append(place, i)
		}
	}
	out := make([]*tensor.Tensor, len(leaves))
	for k, g := range tensor.GradOf(y, tracked, o) {
		out[place[k]] = g
	}
	return out
}

// kink tells a corner from a wrong gradient. At a corner the two slopes differ, and
// go on differing by as much when the points move together; for a smooth function
// their difference shrinks with the distance. Backward must lie between the slopes.
func kink(m Mismatch, o Options, at func(float64) float64, here float64) bool {
	gap := math.Abs(m.Right - m.Left)
	if !(gap > 10*(o.Atol+o.Rtol*math.Abs(m.Numeric))) {
		return false
	}
	const closer = 1.0 / 8
	up, down := at(o.Eps*closer), at(-o.Eps*closer)
	near := math.Abs((up-here)-(here-down)) / (o.Eps * closer)
	lo, hi := min(m.Left, m.Right), max(m.Left, m.Right)
	slack := o.Atol + o.Rtol*gap
	return near > gap/2 && m.Analytic >= lo-slack && m.Analytic <= hi+slack
}

func close(numeric, analytic float64, o Options) bool {
	return math.Abs(numeric-analytic) <= o.Atol+o.Rtol*math.Abs(numeric)
}

func unravel(k int, shape []int) []int {
	idx := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		idx[i] = k % shape[i]
		k /= shape[i]
	}
	return idx
}
