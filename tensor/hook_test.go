package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

const eight = "[1 1 1 1 1 1 1 1]"

// TestHookGradientInAnotherScope: what a hook computed in the memory of one Scope's
// Backward is the gradient of a Backward in another. Each Scope gets its own memory back, so
// that results of the other's next forward stay what they are.
func TestHookGradientInAnotherScope(t *testing.T) {
	var a, b tensor.Scope
	x := a.Leaf(tensor.Ones(8), nil)
	p := b.Leaf(tensor.Ones(8), nil)
	for round := range 3 {
		a.TakeOver()
		b.TakeOver()
		x.ZeroGrad()
		p.ZeroGrad()
		var kept tensors
		y := x.MulScalar(2)
		y.OnGrad(func(g *tensor.Tensor) {
			h := g.MulScalar(3)
			p.ReLU().MulScalar(1).BackwardWith(tensor.BackwardOptions{Gradient: h})
			wantValues(t, "the hook's gradient", h, "[3 3 3 3 3 3 3 3]")
			b.TakeOver()
			b.Poison()
			for range 6 {
				kept = append(kept, p.MulScalar(1)) // of b's next forward
			}
		})
		y.Sum().Backward()
		a.TakeOver()
		a.Poison()
		for i, k := range kept {
			wantValues(t, fmt.Sprintf("result %d of the other Scope in round %d", i, round), k, eight)
		}
		wantValues(t, "the gradient", x.PeekGrad(), "[2 2 2 2 2 2 2 2]")
		wantValues(t, "the other's gradient", p.PeekGrad(), "[3 3 3 3 3 3 3 3]")
	}
}

// TestHookGradientAfterItsBackward: what a hook computed lives as long as its Backward, a
// copy of it longer.
func TestHookGradientAfterItsBackward(t *testing.T) {
	var a, b tensor.Scope
	x := a.Leaf(tensor.Ones(8), nil)
	p := b.Leaf(tensor.Ones(8), nil)
	var h, cloned, detached *tensor.Tensor
	y := x.MulScalar(2)
	y.OnGrad(func(g *tensor.Tensor) {
		h, cloned, detached = g.MulScalar(3), g.MulScalar(4).Clone(), g.MulScalar(5).Detach()
	})
	y.Sum().Backward()
	backward := func(g *tensor.Tensor) {
		p.ZeroGrad()
		p.MulScalar(1).BackwardWith(tensor.BackwardOptions{Gradient: g})
	}
	misuse[*tensor.StaleError](t, "from a finished step", func() { backward(h) })
	a.TakeOver()
	a.Poison()
	backward(cloned)
	wantValues(t, "the gradient from a copy", p.PeekGrad(), "[4 4 4 4 4 4 4 4]")
	backward(detached)
	wantValues(t, "the gradient from what was detached", p.PeekGrad(), "[5 5 5 5 5 5 5 5]")
}

// TestGradientOfAnotherScope: a result that one Scope's step still needs is the gradient
// of a Backward in another, and is saved in that one's graph.
func TestGradientOfAnotherScope(t *testing.T) {
	for _, create := range []bool{false, true} {
		var a, b tensor.Scope
		x := a.Leaf(tensor.Ones(8), nil)
		p := b.Leaf(tensor.Ones(8), nil)
		h := x.MulScalar(3)
		untracked := h.GtScalar(0).To(tensor.Float32)
		for _, g := range []*tensor.Tensor{h, untracked} {
			p.ZeroGrad()
			p.Mul(p).BackwardWith(tensor.BackwardOptions{Gradient: g, CreateGraph: create})
			if create {
				p.Grad().Mul(p).Sum().BackwardWith(tensor.BackwardOptions{Retain: g == h})
			}
			for range 2 {
				b.TakeOver()
				b.Poison()
				p.MulScalar(2).Sum().Backward()
			}
			wantValues(t, "the result given as gradient", h, "[3 3 3 3 3 3 3 3]")
			wantValues(t, "the untracked one", untracked, eight)
		}
		x.ZeroGrad()
		h.Mul(h).Sum().Backward()
		wantValues(t, "the gradient through it", x.PeekGrad(), "[18 18 18 18 18 18 18 18]")
	}
}

// TestGradientGivenIsNotGrad: the gradient handed to a Backward remains its owner's:
// neither does a change of it show in Grad, nor a later Backward in it.
func TestGradientGivenIsNotGrad(t *testing.T) {
	steps := map[string]func(p *tensor.Tensor) *tensor.Tensor{
		"the leaf itself": func(p *tensor.Tensor) *tensor.Tensor { return p },
		"a sum":           func(p *tensor.Tensor) *tensor.Tensor { return p.AddScalar(1) },
		"a view":          func(p *tensor.Tensor) *tensor.Tensor { return p.Reshape(2, 4).Reshape(8) },
	}
	check := func(t *testing.T, p, h *tensor.Tensor, f func(p *tensor.Tensor) *tensor.Tensor, create bool) {
		t.Helper()
		f(p).BackwardWith(tensor.BackwardOptions{Gradient: h, CreateGraph: create})
		f(p).BackwardWith(tensor.BackwardOptions{Gradient: tensor.Ones(8)})
		wantValues(t, "the gradient given", h, "[3 3 3 3 3 3 3 3]")
		if h.Tracked() {
			return // is not to be changed in place
		}
		h.ZeroInPlace()
		wantValues(t, "Grad", p.Grad(), "[4 4 4 4 4 4 4 4]")
	}
	for name, f := range steps {
		for _, create := range []bool{false, true} {
			for _, scoped := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, create %v, scoped %v", name, create, scoped), func(t *testing.T) {
					leaf := func() *tensor.Tensor {
						if scoped {
							return new(tensor.Scope).Leaf(tensor.Ones(8), nil)
						}
						return tensor.Ones(8).RequireGrad()
					}
					check(t, leaf(), tensor.Full(3, 8), f, create)
					check(t, leaf(), tensor.Full(3, 8).RequireGrad(), f, create)
					var s tensor.Scope
					x := s.Leaf(tensor.Ones(8), nil)
					y := x.MulScalar(2)
					y.OnGrad(func(g *tensor.Tensor) { check(t, leaf(), g.MulScalar(3), f, create) })
					y.Sum().Backward()
				})
			}
		}
	}
}

// TestGradsOfASumAreTwo: the operands of a sum get one gradient each, also where it is to
// be differentiated.
func TestGradsOfASumAreTwo(t *testing.T) {
	for _, create := range []bool{false, true} {
		var s tensor.Scope
		a, b := s.Leaf(tensor.Ones(8), nil), s.Leaf(tensor.Ones(8), nil)
		a.Add(b).Sum().BackwardWith(tensor.BackwardOptions{CreateGraph: create})
		a.MulScalar(2).Sum().Backward()
		wantValues(t, "the one gradient", a.Grad(), "[3 3 3 3 3 3 3 3]")
		wantValues(t, "the other", b.Grad(), eight)
	}
}

// TestManyShareAGradient: more operations than are counted have one gradient.
func TestManyShareAGradient(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Ones(8), nil)
	const operands = 70_000
	for range 2 {
		s.TakeOver()
		w.ZeroGrad()
		y := w.MulScalar(1)
		for range operands {
			y = w.MulScalar(1).Add(y)
		}
		y.Sum().Backward()
		s.Poison()
		wantValues(t, "the sum of the gradients", w.PeekGrad().Slice(0, 0, 1, 1), fmt.Sprintf("[%v]", float64(operands+1)))
	}
}
