package tensor_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// place is the layer of all operations from now on, and what was made in it.
type place struct {
	layer string
	made  []string
}

func (p *place) LayerOf(op string, operand *tensor.Tensor) string {
	return fmt.Sprintf("%s %v", p.layer, operand.Shape())
}

func (p *place) Made(op string, result *tensor.Tensor) {
	p.made = append(p.made, fmt.Sprintf("%s %s %v", op, p.layer, result.Shape()))
}

// TestOnOpStart lists what a profiler hears: every operation with its layer, its end,
// and in Backward the layer in which it was recorded.
func TestOnOpStart(t *testing.T) {
	var s tensor.Scope
	var heard []string
	s.OnOpStart(func(op, layer string) { heard = append(heard, op+" "+layer) })
	w := s.Leaf(tensor.Ones(2, 3), nil)
	p := &place{layer: "first"}
	s.SetLayers(p)
	y := tensor.Linear(tensor.Ones(4, 3), w, nil, tensor.LinearOptions{Activation: tensor.ActReLU})
	p.layer = "second"
	z := y.Tanh().Sum()
	z.Item()
	z.Backward()
	want := []string{"Linear first [4 3]", " ", "Tanh second [4 2]", " ", "Sum second [4 2]", " ",
		"sumBackward second [4 2]", "tanhBackward second [4 2]", "linearBackward first [4 3]", " "}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %q\nwant  %q", heard, want)
	}
	if want := []string{"linear first [4 2]", "tanh second [4 2]", "sum second []"}; !slices.Equal(p.made, want) {
		t.Errorf("made %q, want %q", p.made, want)
	}
	s.SetLayers(nil)
	heard = nil
	w.Sum()
	if !slices.Equal(heard, []string{"Sum ", " "}) {
		t.Errorf("without names of layers heard %q", heard)
	}
	s.OnOpStart(nil)
	heard = nil
	w.Add(w).Sum().Backward()
	if heard != nil {
		t.Errorf("heard %q after it was stopped", heard)
	}
}

// TestOnOpDone lists what is told of the results, and that it changes none: the ReLU's
// backward, which else writes over the gradient that comes to it, leaves that as it is.
func TestOnOpDone(t *testing.T) {
	var s tensor.Scope
	step := func() []float32 {
		w := s.Leaf(tensor.FromSlice([]float32{-1, 2, 3, 4, -5, 6}, 2, 3), nil)
		y := w.MulScalar(2)
		y.Annotate("doubled")
		w.Annotate("a leaf has no backward")
		y.ReLU().Reshape(6).Mul(tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 6)).Sum().Backward()
		return tensor.Data[float32](w.Grad())
	}
	want := step()
	var heard []string
	var came []float32
	stop := s.OnOpDone(func(d *tensor.Done) {
		text := fmt.Sprintf("%s %t %d", d.Op, d.Backward, d.Bytes)
		for _, r := range d.Results {
			if r != nil {
				text += fmt.Sprintf(" %v", r.Shape())
			}
		}
		if d.Note != nil {
			text += fmt.Sprintf(" %v", d.Note)
		}
		heard = append(heard, text)
		if d.Backward && d.Op == "relu" {
			came = tensor.Data[float32](d.Grad)
		}
	})
	other := 0
	stopOther := s.OnOpDone(func(*tensor.Done) { other++ })
	if got := step(); !slices.Equal(got, want) {
		t.Errorf("the gradient is %v, without a listener %v", got, want)
	}
	all := []string{"mul_scalar false 24 [2 3]", "relu false 24 [2 3]", "reshape false 0 [6]", "mul false 24 [6]", "sum false 4 []",
		"sum true 0 [6]", "mul true 24 [6]", "reshape true 0 [2 3]", "relu true 24 [2 3]", "mul_scalar true 24 [2 3] doubled"}
	if !slices.Equal(heard, all) {
		t.Errorf("heard %q\nwant  %q", heard, all)
	}
	if other != len(all) {
		t.Errorf("a second listener heard %d, not %d", other, len(all))
	}
	if !slices.Equal(came, []float32{1, 2, 3, 4, 5, 6}) {
		t.Errorf("to the relu came %v: its backward has written over it", came)
	}
	stop()
	stopOther()
	heard = nil
	step()
	if heard != nil {
		t.Errorf("heard %q after it was stopped", heard)
	}
}

// TestOnOpStartInPlace: a change in place begins before it computes, and once.
func TestOnOpStartInPlace(t *testing.T) {
	var s tensor.Scope
	y := s.Leaf(tensor.Ones(2, 3), nil).MulScalar(2)
	before := 0.0
	var heard []string
	s.OnOpStart(func(op, _ string) {
		if op != "" {
			before = y.Detach().Sum().Item()
		}
		heard = append(heard, op)
	})
	y.AddInPlace(tensor.Ones(2, 3))
	if before != 12 {
		t.Errorf("the sum is %g when the addition begins, want 12", before)
	}
	y.ReLUInPlace()
	if want := []string{"AddInPlace", "", "ReLUInPlace", ""}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}
