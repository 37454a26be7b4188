package tensor_test

// The op table: one row an exported operation, written beside it in op_*_test.go.
// From the rows alone come the gradient checks (first and second order, over
// contiguous, transposed, sliced and broadcast arguments), the comparison with
// PyTorch's numbers, and the list of what is still missing.

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/gradcheck"
	"github.com/lumen-ml/lumen/tensor"
)

// row describes one exported operation.
type row struct {
	Name  string // as exported: "ReLU", "Concat"
	Func  any    // the function itself, where it is not a method: tensor.Concat
	Cases []opCase
	// NoGolden says why PyTorch's numbers cannot be compared: random numbers and
	// tensors' own life (RequireGrad, Detach ...). Such a row has no cases and names
	// the test that covers it.
	NoGolden string
}

// opCase is one way to call the operation.
type opCase struct {
	Label string // unique in the row; "" for the plain call
	In    []in
	F     func(x []*tensor.Tensor) []*tensor.Tensor
	// Torch is the same call in Python: an expression over the list x, with torch and
	// F (torch.nn.functional) at hand, giving a tensor or a tuple of tensors.
	Torch string
	// Plain: the result has no gradient (comparisons, indices, integers).
	Plain bool
	// Kinks: the values stand at kinks, or are NaN or infinite, on purpose; PyTorch's
	// numbers are compared, gradients are not checked by differences.
	Kinks bool
	// NoBroadcast says why repeated elements cannot be checked (ties).
	NoBroadcast string
	// Tol is the relative tolerance against PyTorch in float32; default 2e-5.
	Tol float64
	// Float64Only: the golden is compared in float64 only.
	Float64Only bool
}

// in describes an argument: fixed Values, or seeded uniform ones in [Lo, Hi]
// (default [-2, 2]) that keep a distance of Apart from each other and from zero.
type in struct {
	Shape  []int
	Values []float64
	Lo, Hi float64
	Apart  float64
	Type   tensor.DType // Float32 (the zero value) stands for "a float": checked in both
}

var rows []row

// op adds a row to the table.
func op(r row) bool {
	rows = append(rows, r)
	return true
}

// one wraps an operation of one result.
func one(f func(x []*tensor.Tensor) *tensor.Tensor) func([]*tensor.Tensor) []*tensor.Tensor {
	return func(x []*tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{f(x)} }
}

// unaryRow is the row of an elementwise function, at ordinary values and at kinks.
func unaryRow(name string, f func(*tensor.Tensor) *tensor.Tensor, torch string, lo, hi float64) row {
	call := one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) })
	return row{Name: name, Cases: []opCase{
		{In: []in{{Shape: []int{3, 4, 5}, Lo: lo, Hi: hi, Apart: 1e-3}}, F: call, Torch: torch},
		{Label: "kinks", In: []in{special()}, F: call, Torch: torch, Kinks: true},
		{Label: "empty", In: []in{{Shape: []int{0, 3}}}, F: call, Torch: torch, Kinks: true},
	}}
}

// special holds the values at which elementwise functions go wrong.
func special() in {
	v := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 2, -2, 3, -3, 30, -30, 100, -100, 1e-6, -1e-6,
		math.Inf(1), math.Inf(-1), math.NaN()}
	return in{Shape: []int{len(v)}, Values: v}
}

// shiftedSpecial holds the same values, to stand beside others of special.
func shiftedSpecial() in {
	s := special()
	s.Values = append(append([]float64{}, s.Values[5:]...), s.Values[:5]...)
	return s
}

// make draws the argument's values; all are exact in float32.
func (a in) make(r *rand.Rand) []float64 {
	n := 1
	for _, d := range a.Shape {
		n *= d
	}
	if a.Values != nil {
		if len(a.Values) != n {
			panic(fmt.Sprintf("row with %d values for shape %v", len(a.Values), a.Shape))
		}
		return a.Values
	}
	lo, hi := a.Lo, a.Hi
	if lo == 0 && hi == 0 {
		lo, hi = -2, 2
	}
	out := make([]float64, 0, n)
	for len(out) < n {
		v := float64(float32(lo + (hi-lo)*r.Float64()))
		if a.Type.IsInteger() || a.Type == tensor.Bool {
			v = math.Floor(v)
		}
		ok := a.Apart == 0 || math.Abs(v) >= a.Apart
		for _, w := range out {
			ok = ok && (a.Apart == 0 || math.Abs(v-w) >= a.Apart)
		}
		if ok {
			out = append(out, v)
		}
	}
	return out
}

func (a in) float() bool { return a.Type.IsFloat() }

// tensorOf makes the argument; floats take the given type.
func (a in) tensorOf(values []float64, float tensor.DType) *tensor.Tensor {
	t := tensor.FromSlice(values, a.Shape...)
	if a.float() {
		return t.To(float)
	}
	return t.To(a.Type)
}

// seeded gives every case its own values, whatever else the table holds.
func (c opCase) values(name string) [][]float64 {
	h := uint64(14695981039346656037)
	for _, b := range []byte(name + "/" + c.Label) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	r := rand.New(rand.NewPCG(h, 1))
	v := make([][]float64, len(c.In))
	for i, a := range c.In {
		v[i] = a.make(r)
	}
	return v
}

func (c opCase) name() string {
	if c.Label == "" {
		return "plain"
	}
	return strings.ReplaceAll(c.Label, " ", "_")
}

// combine makes one tensor of all float results, so that one check covers them all.
func combine(ys []*tensor.Tensor) *tensor.Tensor {
	var flat []*tensor.Tensor
	for _, y := range ys {
		if y.DType().IsFloat() {
			flat = append(flat, y.Reshape(-1))
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return tensor.Concat(0, flat...)
}

// layouts are the ways an argument's elements may lie in memory. Each takes the
// wanted values and gives a leaf's values and shape, and the view that turns the
// leaf into the argument.
var layouts = []struct {
	name string
	leaf func(v []float64, shape []int) *tensor.Tensor
	view func(t *tensor.Tensor, shape []int) *tensor.Tensor
}{
	{"contiguous",
		func(v []float64, shape []int) *tensor.Tensor { return tensor.FromSlice(v, shape...) },
		func(t *tensor.Tensor, shape []int) *tensor.Tensor { return t }},
	{"transposed",
		func(v []float64, shape []int) *tensor.Tensor {
			p := tensor.FromSlice(v, shape...).Permute(reversed(len(shape))...)
			return tensor.FromSlice(tensor.Data[float64](p), p.Shape()...)
		},
		func(t *tensor.Tensor, shape []int) *tensor.Tensor { return t.Permute(reversed(len(shape))...) }},
	{"sliced",
		func(v []float64, shape []int) *tensor.Tensor {
			if len(shape) == 0 {
				return tensor.FromSlice(v, shape...)
			}
			last := shape[len(shape)-1]
			wide := append(append([]int{}, shape[:len(shape)-1]...), 2*last+1)
			out := make([]float64, len(v)/max(last, 1)*(2*last+1))
			for i := range out {
				out[i] = 7.25
			}
			for i, x := range v {
				out[i/last*(2*last+1)+1+2*(i%last)] = x
			}
			return tensor.FromSlice(out, wide...)
		},
		func(t *tensor.Tensor, shape []int) *tensor.Tensor {
			if len(shape) == 0 {
				return t
			}
			return t.Slice(-1, 1, t.Size(-1), 2)
		}},
	{"broadcast",
		func(v []float64, shape []int) *tensor.Tensor {
			t := tensor.FromSlice(v, shape...)
			for d, n := range shape {
				if n > 1 {
					t = t.Slice(d, 0, 1, 1)
					break
				}
			}
			return tensor.FromSlice(tensor.Data[float64](t), t.Shape()...)
		},
		func(t *tensor.Tensor, shape []int) *tensor.Tensor { return t.Expand(shape...) }},
}

func reversed(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = n - 1 - i
	}
	return p
}

// setUp prepares a case for a gradient check in one layout: the leaves of its float
// arguments, and the operation as a function of them.
func (c opCase) setUp(name string, layout int) (leaves []*tensor.Tensor, f func(xs []*tensor.Tensor) []*tensor.Tensor) {
	values := c.values(name)
	l := layouts[layout]
	args := make([]*tensor.Tensor, len(c.In))
	for i, a := range c.In {
		if a.float() {
			leaves = append(leaves, l.leaf(values[i], a.Shape))
		} else {
			args[i] = a.tensorOf(values[i], tensor.Float64)
		}
	}
	return leaves, func(xs []*tensor.Tensor) []*tensor.Tensor {
		k := 0
		call := make([]*tensor.Tensor, len(args))
		for i, a := range c.In {
			call[i] = args[i]
			if a.float() {
				call[i] = l.view(xs[k], a.Shape)
				k++
			}
		}
		return c.F(call)
	}
}

func TestGradients(t *testing.T) {
	for _, r := range rows {
		for _, c := range r.Cases {
			if c.Plain || c.Kinks {
				continue
			}
			t.Run(r.Name+"/"+c.name(), func(t *testing.T) {
				for k, l := range layouts {
					if l.name == "broadcast" && c.NoBroadcast != "" {
						continue
					}
					// The plain run, without -short, keeps all four layouts.
					if testing.Short() && (l.name == "contiguous" || l.name == "sliced") {
						continue
					}
					leaves, f := c.setUp(r.Name, k)
					err := gradcheck.Func(func(xs []*tensor.Tensor) *tensor.Tensor { return combine(f(xs)) }, leaves, gradcheck.Options{})
					if err != nil {
						t.Errorf("%s arguments: %v", l.name, err)
					}
				}
			})
		}
	}
}

func TestSecondGradients(t *testing.T) {
	for _, r := range rows {
		for _, c := range r.Cases {
			if c.Plain || c.Kinks {
				continue
			}
			t.Run(r.Name+"/"+c.name(), func(t *testing.T) {
				leaves, f := c.setUp(r.Name, 0)
				first := func(xs []*tensor.Tensor) *tensor.Tensor { return gradient(f, xs, true) }
				tracked := make([]*tensor.Tensor, len(leaves))
				for i, x := range leaves {
					tracked[i] = x.Clone().RequireGrad()
				}
				if g := first(tracked); !g.Tracked() {
					unmoved(t, g, first, leaves)
					return
				}
				if err := gradcheck.Func(first, leaves, gradcheck.Options{Atol: 1e-4}); err != nil {
					t.Error(err)
				}
				// The formula for higher derivatives and the fused one must agree.
				a := tensor.Data[float64](first(tracked))
				b := tensor.Data[float64](gradient(f, tracked, false))
				for i := range a {
					if math.Abs(a[i]-b[i]) > 1e-9*(1+math.Abs(b[i])) {
						t.Fatalf("gradient %d is %v with CreateGraph and %v without", i, a[i], b[i])
					}
				}
			})
		}
	}
}

// unmoved fails unless g, the gradient at leaves, is the same at arguments that are
// slightly shifted and stretched: only the gradient of a linear function, whose second
// derivative is zero, may be untracked.
func unmoved(t *testing.T, g *tensor.Tensor, first func([]*tensor.Tensor) *tensor.Tensor, leaves []*tensor.Tensor) {
	t.Helper()
	moved := make([]*tensor.Tensor, len(leaves))
	for i, x := range leaves {
		moved[i] = x.MulScalar(1 + 1e-6).AddScalar(1e-6).Detach().RequireGrad()
	}
	there := tensor.Data[float64](first(moved))
	for i, a := range tensor.Data[float64](g) {
		if math.Abs(there[i]-a) > 1e-11*(1+math.Abs(a)) {
			t.Fatalf("gradient %d depends on the arguments, yet CreateGraph left it untracked", i)
		}
	}
}

// gradient is the gradient of a fixed weighting of f's results by all of xs, in one
// tensor.
func gradient(f func([]*tensor.Tensor) []*tensor.Tensor, xs []*tensor.Tensor, create bool) *tensor.Tensor {
	tracked := make([]*tensor.Tensor, len(xs))
	for i, x := range xs {
		tracked[i] = x
		if !x.Tracked() {
			tracked[i] = x.Detach().RequireGrad()
		}
	}
	y := combine(f(tracked))
	gs := tensor.GradOf(y, tracked, tensor.BackwardOptions{Gradient: upstream(y), CreateGraph: create, AllowUnused: true})
	var flat []*tensor.Tensor
	for _, g := range gs {
		if g != nil {
			flat = append(flat, g.Reshape(-1))
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return tensor.Concat(0, flat...)
}

// upstream is the gradient that arrives at a result, the same as in golden.py.
func upstream(y *tensor.Tensor) *tensor.Tensor {
	v := make([]float64, y.Numel())
	for i := range v {
		v[i] = float64((i*7)%11-5)/4 + 0.125
	}
	return tensor.FromSlice(v, y.Shape()...).To(y.DType())
}

// binaryRow is the row of an elementwise function of two operands: equal shapes,
// broadcast ones, scalars, integers, and the values at which it goes wrong.
func binaryRow(name string, f func(a, b *tensor.Tensor) *tensor.Tensor, torch string) row {
	call := one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) })
	return row{Name: name, Cases: []opCase{
		{In: []in{{Shape: []int{3, 4}, Apart: 1e-2}, {Shape: []int{3, 4}, Apart: 1e-2}}, F: call, Torch: torch},
		{Label: "row", In: []in{{Shape: []int{2, 3, 4}, Apart: 1e-2}, {Shape: []int{4}, Apart: 1e-2}}, F: call, Torch: torch},
		{Label: "column", In: []in{{Shape: []int{3, 1}, Apart: 1e-2}, {Shape: []int{1, 4}, Apart: 1e-2}}, F: call, Torch: torch},
		{Label: "scalar", In: []in{{Shape: []int{}, Apart: 1e-2}, {Shape: []int{2, 3}, Apart: 1e-2}}, F: call, Torch: torch},
		{Label: "kinks", In: []in{special(), shiftedSpecial()}, F: call, Torch: torch, Kinks: true},
		{Label: "empty", In: []in{{Shape: []int{0, 3}}, {Shape: []int{3}}}, F: call, Torch: torch, Kinks: true},
	}}
}
