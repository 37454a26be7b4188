package nn_test

import (
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// TestListen: observers come and go by themselves, hear nothing of what one of them computes, and
// after a pause nothing before the next layer.
func TestListen(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(2, 3), nn.NewReLU())
	p := nn.Training(1)
	var a, b []string
	hear := func(into *[]string) func(nn.Event) {
		return func(e nn.Event) {
			*into = append(*into, e.Name)
			p.Within(e.Output).Exp()
		}
	}
	first, second := p.Listen(m, hear(&a)), p.Listen(m, hear(&b))
	x := tensor.Ones(1, 2)
	want := func(what, inA, inB string) {
		t.Helper()
		if got := strings.Join(a, " "); got != inA {
			t.Errorf("%s: the first heard %q, want %q", what, got, inA)
		}
		if got := strings.Join(b, " "); got != inB {
			t.Errorf("%s: the second heard %q, want %q", what, got, inB)
		}
		a, b = nil, nil
	}
	y := m.Forward(p, x)
	want("both", "0 1", "0 1")
	first.Pause()
	first.Pause()
	y.Exp()
	m.Forward(p, x)
	want("one pauses", "", "1.exp 0 1")
	first.Resume()
	first.Resume()
	y.Exp().Sum()
	want("before the next layer", "", "1.exp 1.sum")
	m.Forward(p, x)
	want("from there on", "0 1", "0 1")
	first.Pause()
	second.Pause()
	m.Forward(p, x)
	want("nobody", "", "")
}

// TestListenToParameters: a parameter of the root itself begins the observation too.
func TestListenToParameters(t *testing.T) {
	w := nn.NewParam(nn.Ones(), 2, 2)
	p := nn.Training(1)
	var heard []string
	o := p.Listen(&struct{ W *nn.Param }{w}, func(e nn.Event) { heard = append(heard, e.Name) })
	o.Pause()
	y := tensor.Ones(1, 2).MatMul(p.Use(w))
	o.Resume()
	y.Exp()
	tensor.Ones(1, 2).MatMul(p.Use(w))
	if got := strings.Join(heard, " "); got != "matmul" {
		t.Errorf("heard %q, want matmul", got)
	}
}
