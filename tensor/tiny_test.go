package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// TestTiny: the direct way for a few float32s gives the bits, the graph, the sentences
// and the listeners' reports of the way for all others.
func TestTiny(t *testing.T) {
	ops := map[string]func(a, b *tensor.Tensor) *tensor.Tensor{
		"add": (*tensor.Tensor).Add, "sub": (*tensor.Tensor).Sub, "mul": (*tensor.Tensor).Mul, "div": (*tensor.Tensor).Div,
		"maximum": (*tensor.Tensor).Maximum,
	}
	x, y := tensor.FromSlice([]float32{1, -2, 0.3, 7, 9}), tensor.FromSlice([]float32{3, 0, -0.7, 1e30, 2})
	for name, f := range ops {
		long := tensor.Data[float32](f(x, y)) // 5 elements take the other way
		for n := 1; n <= 4; n++ {
			for from := range 2 { // from the beginning, and a view further on
				lo, hi := min(from, 5-n), min(from, 5-n)+n
				a, b := x.Slice(0, lo, hi, 1), y.Slice(0, lo, hi, 1)
				if got := fmt.Sprint(tensor.Data[float32](f(a, b))); got != fmt.Sprint(long[lo:hi]) {
					t.Errorf("%s of elements %d to %d: %s, want %v", name, lo, hi, got, long[lo:hi])
				}
				if got := fmt.Sprint(tensor.Data[float32](f(a.Clone(), b.Clone()))); got != fmt.Sprint(long[lo:hi]) {
					t.Errorf("%s of copies of elements %d to %d: %s, want %v", name, lo, hi, got, long[lo:hi])
				}
			}
		}
		if got := f(tensor.Scalar(6), tensor.Scalar(3)); got.Dim() != 0 || got.Item() != float64(map[string]float32{"add": 9, "sub": 3, "mul": 18, "div": 2, "maximum": 6}[name]) {
			t.Errorf("%s of scalars is %v", name, got)
		}
	}
	strided := x.Slice(0, 0, 4, 3)
	wantValues(t, "a strided operand", strided.Add(strided), "[2 14]")

	var s, other tensor.Scope
	w := s.Leaf(tensor.Scalar(3), nil)
	var heard []string
	s.OnOp(func(op string, _ *tensor.Tensor, _ []*tensor.Tensor) { heard = append(heard, op) })
	other.OnOp(func(op string, _ *tensor.Tensor, _ []*tensor.Tensor) { t.Errorf("another Scope heard %s", op) })
	u := other.Within(tensor.Scalar(2))
	u.Mul(w).Add(w).Backward()
	if fmt.Sprint(heard) != "[mul add]" {
		t.Errorf("heard %v", heard)
	}
	wantValues(t, "the gradient", w.Grad(), "[3]")
	s.OnOp(nil)
	v := w.Mul(w)
	w.ZeroGrad()
	v.Sub(w).Backward()
	wantValues(t, "the gradient", w.Grad(), "[5]")
	misuse[*tensor.GraphError](t, "the graph was freed by an earlier Backward (reached add)", func() { v.Add(v).Backward() })
	misuse[*tensor.ShapeError](t, "Add", func() { w.Add(nil) })

	loaded := tensor.FromSlice([]float32{1, 2})
	tensor.Expire(loaded)
	misuse[*tensor.StaleError](t, "Add of a tensor of shape [2]", func() { loaded.Add(loaded) })
	changed := tensor.FromSlice([]float32{1, 2}).RequireGrad().MulScalar(1)
	view := changed.Reshape(2)
	part := changed.Slice(0, 0, 1, 1)
	changed.AddInPlace(changed)
	_ = view
	misuse[*tensor.GraphError](t, "was taken before its tensor was changed in place", func() { part.Add(part) })
}
