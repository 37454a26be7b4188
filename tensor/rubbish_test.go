package tensor_test

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// functions are the exported functions that return no tensor, and so have no row in
// the op table; TestRubbish finds the others there, and methods by itself.
var functions = map[string]any{
	"Caller": tensor.Caller, "Data": tensor.Data[float32], "Expire": tensor.Expire, "MatMulInto": tensor.MatMulInto,
	"UpdateAdadelta": tensor.UpdateAdadelta, "UpdateAdagrad": tensor.UpdateAdagrad, "UpdateAdam": tensor.UpdateAdam,
	"UpdateClamp": tensor.UpdateClamp, "UpdateRMSprop": tensor.UpdateRMSprop, "UpdateSGD": tensor.UpdateSGD, "Edit": tensor.Edit[float32], "Read": tensor.Read[float32], "UpdateScale": tensor.UpdateScale,
}

// TestRubbish calls every exported function and every method with what does not fit:
// wrong shapes, element types, dimensions and sizes, nil. A call may be refused, with
// a sentence that says where it was made; it must not crash in any other way.
func TestRubbish(t *testing.T) {
	calls := map[string]reflect.Value{}
	for name, f := range functions {
		calls[name] = reflect.ValueOf(f)
	}
	for _, r := range rows {
		if r.Func != nil {
			calls[r.Name] = reflect.ValueOf(r.Func)
		}
	}
	for _, f := range exported(t) {
		if f.Recv == nil && !calls[f.Name.Name].IsValid() {
			t.Errorf("%s is no method: its row in the op table must give it as Func; if it returns no tensor, the list functions", f.Name.Name)
		}
	}
	for _, receiver := range []any{&tensor.Tensor{}, &tensor.Scope{}} {
		typ := reflect.TypeOf(receiver)
		for m := range typ.Methods() {
			calls[strings.TrimPrefix(typ.String(), "*tensor.")+"."+m.Name] = m.Func
		}
	}
	rounds := 600
	if testing.Short() {
		rounds = 100
	}
	for name, f := range calls {
		t.Run(name, func(t *testing.T) {
			h := fnv.New64a()
			h.Write([]byte(name))
			r := rubbish{rand.New(rand.NewPCG(h.Sum64(), 1))}
			failures := map[string]bool{}
			for range rounds {
				args := r.arguments(f.Type())
				if complaint := r.call(f, args); complaint != "" && !failures[complaint] {
					failures[complaint] = true
					t.Errorf("%s: %s", describe(args), complaint)
				}
			}
		})
	}
}

// TestWhere: the sentence names the line outside the library that made the call,
// however deep inside the mistake is noticed.
func TestWhere(t *testing.T) {
	x := tensor.Zeros(2, 3).RequireGrad()
	for name, f := range map[string]func(){
		"Add":       func() { x.Add(nil) },
		"Conv1d":    func() { tensor.Conv1d(x, x, nil, tensor.ConvOptions{}) },
		"Randn":     func() { tensor.Randn(nil, 2) },
		"MaxPool1d": func() { x.MaxPool1d(9) },
		"Backward":  func() { x.Backward() },
		"Einsum":    func() { tensor.Einsum("ij,kj", x, x.Transpose(0, 1)) },
	} {
		pc := reflect.ValueOf(f).Pointer()
		file, line := runtime.FuncForPC(pc).FileLine(pc)
		misuse[tensor.Misuse](t, fmt.Sprintf("tensor: %s", name), f)
		misuse[tensor.Misuse](t, fmt.Sprintf("(at %s:%d)", file, line), f)
	}
}

// rubbish draws arguments that mostly do not fit.
type rubbish struct{ *rand.Rand }

// call calls f, and Backward on what it returns, and complains about any panic that is
// not a useful Misuse.
func (r rubbish) call(f reflect.Value, args []reflect.Value) (complaint string) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		err, _ := v.(error)
		var m tensor.Misuse
		switch {
		case err == nil || !errors.As(err, &m):
			complaint = fmt.Sprintf("panicked with %v at %s", v, origin())
		case !strings.HasPrefix(err.Error(), "tensor: ") || !strings.Contains(err.Error(), ".go:"):
			complaint = fmt.Sprintf("the sentence %q lacks its place", err)
		}
	}()
	for _, y := range f.Call(args) {
		ys, _ := y.Interface().([]*tensor.Tensor)
		if y, _ := y.Interface().(*tensor.Tensor); y != nil {
			ys = append(ys, y)
		}
		for _, y := range ys {
			if y != nil && y.Tracked() && y.DType().IsFloat() && y.Numel() < 1e6 {
				y.BackwardWith(tensor.BackwardOptions{Gradient: tensor.OnesOf(y.DType(), y.Shape()...), Retain: true, CreateGraph: r.IntN(2) == 0})
			}
		}
	}
	return ""
}

// origin is where the panic under way arose.
func origin() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
	}
}

// arguments draws arguments for a function.
func (r rubbish) arguments(f reflect.Type) []reflect.Value {
	var args []reflect.Value
	for i := range f.NumIn() {
		if f.IsVariadic() && i == f.NumIn()-1 {
			for range r.IntN(4) {
				args = append(args, r.value(f.In(i).Elem()))
			}
			break
		}
		args = append(args, r.value(f.In(i)))
	}
	return args
}

var sizes = []int{0, 1, 2, 3, 4, -1, -2, -3, 5, -9, 9, 1 << 31, 1<<31 + 1, 1 << 40, math.MaxInt, math.MinInt, math.MinInt + 1, 1 << 62}

// value draws a value of a type.
func (r rubbish) value(t reflect.Type) reflect.Value {
	switch t {
	case reflect.TypeFor[*tensor.Tensor]():
		return reflect.ValueOf(r.tensor())
	case reflect.TypeFor[*rand.Rand]():
		if r.IntN(8) == 0 {
			return reflect.Zero(t)
		}
		return reflect.ValueOf(seeded(1))
	case reflect.TypeFor[any]():
		values := []any{nil, 1, "x", []int{}, [][]int{{1}, {2, 3}}, [][]float64{{1}, nil}, []any{1, []int{2}}, [3]bool{}, map[int]int{}, struct{}{}, [][][]float32{{}, {{1}}}}
		return reflect.ValueOf(&values[r.IntN(len(values))]).Elem()
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int:
		n := len(sizes)
		if r.IntN(3) > 0 {
			n = 8
		}
		v.SetInt(int64(sizes[r.IntN(n)]))
	case reflect.Uint8:
		n := uint64(7)
		if r.IntN(8) == 0 {
			n = 256
		}
		v.SetUint(r.Uint64N(n))
	case reflect.Float32, reflect.Float64:
		values := []float64{0, 1, -1, 0.5, 2, 3, 1e-5, math.NaN(), math.Inf(1), math.Inf(-1), 1e300}
		v.SetFloat(values[r.IntN(len(values))])
	case reflect.String:
		values := []string{"", "ij,jk->ik", "ij->ji", "ii->i", "...i,i", "i,j->k", "->", ",", "i->ii", "i...j...", "ij,jk,kl", "é", "i.j", "ij->", "ii", "...->...", "A a->"}
		v.SetString(values[r.IntN(len(values))])
	case reflect.Slice:
		n := r.IntN(4)
		if r.IntN(8) == 0 {
			n = 9
		}
		for range n {
			v = reflect.Append(v, r.value(t.Elem()))
		}
	case reflect.Array:
		for i := range t.Len() {
			v.Index(i).Set(r.value(t.Elem()))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if r.IntN(3) == 0 {
				v.Field(i).Set(r.value(t.Field(i).Type))
			}
		}
	case reflect.Pointer:
		v = reflect.New(t.Elem())
	case reflect.Func:
		if r.IntN(3) > 0 {
			v = reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value { return nil })
		}
	}
	return v
}

// tensor draws an operand: mostly float32 of few dimensions, tracked or not, whole or a
// view; sometimes of another type, empty, with all the dimensions there can be, nil.
func (r rubbish) tensor() *tensor.Tensor {
	if r.IntN(12) == 0 {
		return nil
	}
	rank := r.IntN(5)
	if r.IntN(16) == 0 {
		rank = tensor.MaxDims
	}
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = 1 + r.IntN(3)
		if r.IntN(16) == 0 {
			shape[i] = 0
		}
	}
	dtype := tensor.Float32
	if r.IntN(3) == 0 {
		dtype = tensor.DType(r.IntN(6))
	}
	x := tensor.OnesOf(dtype, shape...)
	switch r.IntN(8) {
	case 0:
		x = tensor.OnesOf(dtype).Expand(shape...)
	case 1:
		if rank > 1 {
			x = x.Transpose(0, -1)
		}
	case 2:
		x = tensor.RandInt(seeded(3), -9, 9, shape...).To(dtype)
	}
	if dtype.IsFloat() && r.IntN(3) == 0 {
		x.RequireGrad()
		if r.IntN(2) == 0 {
			x = x.MulScalar(1)
		}
	}
	return x
}

// describe prints the arguments of a call, short.
func describe(args []reflect.Value) string {
	s := make([]string, len(args))
	for i, a := range args {
		s[i] = fmt.Sprintf("%.60v", a)
		if x, ok := a.Interface().(*tensor.Tensor); ok {
			s[i] = "nil"
			if x != nil {
				s[i] = fmt.Sprint(x.DType(), x.Shape())
			}
		}
	}
	return strings.Join(s, ", ")
}
