package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func TestRead(t *testing.T) {
	see := func(x *tensor.Tensor) (seen string) {
		tensor.Read(x, func(data []float32) { seen = fmt.Sprint(data) })
		return seen
	}
	x := tensor.Arange(0, 6, 1).Reshape(2, 3)
	for want, y := range map[string]*tensor.Tensor{
		"[0 1 2 3 4 5]": x, "[3 4 5]": x.Select(0, 1), "[0 3 1 4 2 5]": x.Transpose(0, 1), "[0 0 1 1]": x.Slice(1, 0, 2, 1).Select(0, 0).Unsqueeze(1).Expand(2, 2),
		"[]": tensor.Zeros(0, 3), "[7]": tensor.Scalar(7).RequireGrad(),
	} {
		if got := see(y); got != want {
			t.Errorf("read %s, want %s", got, want)
		}
	}
	for what, f := range map[string]func(){
		"type":     func() { tensor.Read(x, func([]float64) {}) },
		"nil":      func() { tensor.Read[float32](nil, func([]float32) {}) },
		"function": func() { tensor.Read[float32](x, nil) },
	} {
		func() {
			defer func() {
				if _, ok := recover().(tensor.Misuse); !ok {
					t.Errorf("%s: no misuse", what)
				}
			}()
			f()
		}()
	}
}

// TestReadLeavesNoTrace: a tracked result is read in the middle of its step without a pin or a
// word to the listeners, and no longer when its memory has gone round.
func TestReadLeavesNoTrace(t *testing.T) {
	var s tensor.Scope
	s.OnOpStart(func(op, _ string) {
		if op == "Read" {
			t.Error("the profiler heard of it")
		}
	})
	x := tensor.Arange(0, 8, 1)
	x.RequireGrad()
	leaf := s.Leaf(tensor.Ones(8), nil)
	y := leaf.Mul(s.Adopt(x.Detach()))
	tensor.Read(y, func(data []float32) {
		if data[3] != 3 {
			t.Errorf("%v", data)
		}
	})
	y.Sum().Backward()
	tensor.Read(y, func([]float32) {}) // the step is not over
	s.TakeOver()
	misuse[*tensor.StaleError](t, "from a finished step", func() { tensor.Read(y, func([]float32) {}) })
}

// TestPeekOnGrad: who only peeks at a gradient sees it, and leaves its memory to the Backward:
// the bits are those without.
func TestPeekOnGrad(t *testing.T) {
	run := func(peek bool) (grad, seen string) {
		var s tensor.Scope
		w := s.Leaf(tensor.Arange(-4, 4, 1), nil)
		y := w.MulScalar(2).ReLU()
		z := y.MulScalar(3)
		if peek {
			for _, t := range []*tensor.Tensor{y, z} {
				t.PeekOnGrad(func(g *tensor.Tensor) {
					tensor.Read(g, func(data []float32) { seen += fmt.Sprint(data) })
				})
			}
		}
		z.Sum().Backward()
		return fmt.Sprint(tensor.Data[float32](w.Grad())), seen
	}
	want, _ := run(false)
	got, seen := run(true)
	if got != want || seen != "[1 1 1 1 1 1 1 1][3 3 3 3 3 3 3 3]" {
		t.Errorf("gradient %s, want %s; seen %s", got, want, seen)
	}
	misuse[*tensor.GraphError](t, "RequireGrad", func() { tensor.Ones(1).PeekOnGrad(func(*tensor.Tensor) {}) })
}

// TestOnBackward: each listener hears of the beginning and the end, until it stops.
func TestOnBackward(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Ones(8), nil)
	var heard []string
	hear := func(name string) func(*tensor.Tensor, bool) {
		return func(y *tensor.Tensor, done bool) { heard = append(heard, fmt.Sprint(name, y.Item(), done)) }
	}
	stop := s.OnBackward(hear("a"))
	s.OnBackward(hear("b"))
	w.Sum().Backward()
	stop()
	stop()
	tensor.GradOf(w.Sum(), []*tensor.Tensor{w}, tensor.BackwardOptions{})
	w.MulScalar(2).Sum().Backward()
	if got, want := fmt.Sprint(heard), "[a8 false b8 false a8 true b8 true b16 false b16 true]"; got != want {
		t.Errorf("heard %s, want %s", got, want)
	}
}
