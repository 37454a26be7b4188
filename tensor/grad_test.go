package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// TestPeekGrad: a gradient that was only looked at gives its memory back at ZeroGrad, and
// a use of it, or of a view of it, says so from then on, also when the next gradients are
// there and have its memory. One that Grad handed out, or that is held in another way,
// lives on.
func TestPeekGrad(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Arange(0, 8, 1), nil)
	if w.PeekGrad() != nil || tensor.Ones(1).PeekGrad() != nil {
		t.Error("a gradient before a Backward")
	}
	backward := func(factor float64) {
		s.TakeOver()
		w.MulScalar(factor).Sum().Backward()
		s.Poison()
	}
	backward(2)
	g := w.PeekGrad()
	view := g.Reshape(2, 4)
	wantValues(t, "the gradient", g, "[2 2 2 2 2 2 2 2]")
	backward(1)
	wantValues(t, "the sum of two", g, "[3 3 3 3 3 3 3 3]")
	w.ZeroGrad()
	misuse[*tensor.StaleError](t, "from a finished step", func() { g.Sum() })
	misuse[*tensor.StaleError](t, "from a finished step", func() { view.Sum() })
	for range 3 { // as often as it takes for its memory to come round
		w.ZeroGrad()
		backward(5)
		wantValues(t, "the next gradient", w.PeekGrad(), "[5 5 5 5 5 5 5 5]")
		misuse[*tensor.StaleError](t, "from a finished step", func() { g.Sum() })
		misuse[*tensor.StaleError](t, "from a finished step", func() { g.Item() })
		misuse[*tensor.StaleError](t, "from a finished step", func() { tensor.UpdateScale(g, 2) })
		misuse[*tensor.StaleError](t, "from a finished step", func() { view.Sum() })
	}

	detached := w.PeekGrad().Detach()
	w.ZeroGrad()
	backward(6)
	handed := w.Grad()
	w.ZeroGrad()
	backward(7)
	given := tensor.Full(8, 8)
	w.SetGrad(given)
	w.ZeroGrad()
	backward(9)
	backward(1)
	for name, c := range map[string]struct {
		g    *tensor.Tensor
		want string
	}{"detached": {detached, "[5 5 5 5 5 5 5 5]"}, "handed out": {handed, "[6 6 6 6 6 6 6 6]"},
		"given": {given, "[8 8 8 8 8 8 8 8]"}, "present": {w.Grad(), "[10 10 10 10 10 10 10 10]"}} {
		wantValues(t, "the gradient "+name, c.g, c.want)
	}
}

// TestGradientsOfOneSum: two leaves whose gradients are one tensor inside Backward get
// memory of their own, which both give back.
func TestGradientsOfOneSum(t *testing.T) {
	var s tensor.Scope
	a, b := s.Leaf(tensor.Zeros(8), nil), s.Leaf(tensor.Zeros(8), nil)
	for range 3 {
		s.TakeOver()
		a.ZeroGrad()
		b.ZeroGrad()
		a.Add(b).MulScalar(3).Sum().Backward()
		s.Poison()
		tensor.UpdateScale(a.PeekGrad(), 2)
		wantValues(t, "a's gradient", a.PeekGrad(), "[6 6 6 6 6 6 6 6]")
		wantValues(t, "b's gradient", b.PeekGrad(), "[3 3 3 3 3 3 3 3]")
	}
}

// TestGradientMemoryStays: training with gradients that nobody keeps takes no new memory
// in the steady state, in a graph over two Scopes neither.
func TestGradientMemoryStays(t *testing.T) {
	var s, other tensor.Scope
	w, v := s.Leaf(tensor.Ones(16, 16), nil), other.Leaf(tensor.Ones(16, 16), nil)
	for name, step := range map[string]func(){
		"one Scope": func() {
			s.TakeOver()
			w.ZeroGrad()
			w.MatMul(w).Tanh().Sum().Backward()
		},
		"two Scopes": func() {
			s.TakeOver()
			other.TakeOver()
			w.ZeroGrad()
			v.ZeroGrad()
			w.MatMul(v).Add(v.MatMul(w)).Sum().Backward()
		},
	} {
		for range 5 {
			step()
		}
		if n := allocations(func() { step(); step() }); n != 0 {
			t.Errorf("%s: two steps take %d new buffers", name, n)
		}
	}
}

// TestTemporariesAreFreedAtOnce: Backward through a long chain needs no more memory for
// gradients than through a short one.
func TestTemporariesAreFreedAtOnce(t *testing.T) {
	var needs []int
	for _, depth := range []int{3, 30} {
		var s tensor.Scope
		w := s.Leaf(tensor.Full(0.5, 64), nil)
		y := w
		for range depth {
			y = y.Tanh().Mul(w) // w's gradient is a sum of many
		}
		loss := y.Sum()
		needs = append(needs, allocations(func() { loss.Backward() }))
	}
	if needs[0] != needs[1] || needs[0] > 6 {
		t.Errorf("Backward takes %d buffers through 3 layers and %d through 30", needs[0], needs[1])
	}
}

// TestOnGradKeepsItsTensor: what OnGrad gets stays what it was, and what it computes
// panics with the usual sentence when its memory is gone.
func TestOnGradKeepsItsTensor(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Ones(8), nil)
	var heard, computed tensors
	for i := range 3 {
		s.TakeOver()
		y := w.MulScalar(float64(i + 1))
		y.OnGrad(func(g *tensor.Tensor) {
			heard = append(heard, g)
			computed = append(computed, g.MulScalar(10))
			wantValues(t, "what was computed, at once", computed[i], "[10 10 10 10 10 10 10 10]")
		})
		y.Sum().Backward()
		s.Poison()
	}
	for _, g := range heard {
		wantValues(t, "the gradient heard of", g, "[1 1 1 1 1 1 1 1]")
	}
	for _, g := range computed {
		misuse[*tensor.StaleError](t, "from a finished step", func() { g.Sum() })
	}
}

// TestBackwardAfterPanic: a Backward that panicked on its way leaves the Scope usable.
func TestBackwardAfterPanic(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Ones(8), nil)
	y := w.MulScalar(2)
	y.OnGrad(func(*tensor.Tensor) { panic("stop") })
	func() {
		defer func() { recover() }()
		y.Tanh().Sum().Backward()
		t.Error("the panic did not come through")
	}()
	for range 3 {
		s.TakeOver()
		w.ZeroGrad()
		w.MulScalar(3).Mul(w).Sum().Backward()
		s.Poison()
		wantValues(t, "the gradient afterwards", w.PeekGrad(), "[6 6 6 6 6 6 6 6]")
	}
}
