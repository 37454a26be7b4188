package tensor_test

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// TestOnOpStart lists what a profiler hears: every operation with its layer, its end,
// and in Backward the layer in which it was recorded.
func TestOnOpStart(t *testing.T) {
	var s tensor.Scope
	var heard []string
	s.OnOpStart(func(op, layer string) { heard = append(heard, op+" "+layer) })
	w := s.Leaf(tensor.Ones(2, 3), nil)
	s.SetLayer("first")
	y := tensor.Linear(tensor.Ones(4, 3), w, nil, tensor.LinearOptions{Activation: tensor.ActReLU})
	s.SetLayer("second")
	z := y.Tanh().Sum()
	z.Item()
	z.Backward()
	want := []string{"Linear first", " ", "Tanh second", " ", "Sum second", " ",
		"sumBackward second", "tanhBackward second", "linearBackward first", " "}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %q\nwant  %q", heard, want)
	}
	s.OnOpStart(nil)
	heard = nil
	w.Add(w).Sum().Backward()
	if heard != nil {
		t.Errorf("heard %q after it was stopped", heard)
	}
}
