package tensor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// residual is two blocks of batch norm with ReLU whose ways meet in sums and in a
// product, and the results on the way.
func residual(x *tensor.Tensor) (loss *tensor.Tensor, between []*tensor.Tensor) {
	for range 2 {
		h := tensor.BatchNorm(x, nil, nil, nil, nil, tensor.BatchNormOptions{Training: true, Eps: 1e-5, Activation: tensor.ActReLU})
		k := tensor.BatchNorm(h.Mul(h), nil, nil, nil, nil, tensor.BatchNormOptions{Training: true, Eps: 1e-5})
		sum := k.Add(x)
		x = sum.ReLU()
		between = append(between, h, k, sum, x)
	}
	return x.Mul(x).Add(x).Mul(x.Add(x)).Sum(), between
}

// TestOverwrittenGradients: where Backward writes one gradient over another all are what
// they are in a graph of gradients, in which none is overwritten.
func TestOverwrittenGradients(t *testing.T) {
	values := tensor.Randn(rand.New(rand.NewPCG(1, 2)), 4, 3, 5, 2).To(tensor.Float64)
	want := func() []float64 {
		x := values.Clone().RequireGrad()
		loss, _ := residual(x)
		loss.BackwardWith(tensor.BackwardOptions{CreateGraph: true})
		return tensor.Data[float64](x.Grad())
	}()
	near := func(t *testing.T, got []float64) {
		t.Helper()
		for i := range want {
			if d := got[i] - want[i]; d > 1e-9 || d < -1e-9 {
				t.Fatalf("gradient %d is %v, want %v", i, got[i], want[i])
			}
		}
	}
	t.Run("in a Scope", func(t *testing.T) {
		var s tensor.Scope
		x := s.Leaf(values.Clone(), nil)
		for range 3 {
			s.TakeOver()
			loss, _ := residual(x)
			x.ZeroGrad()
			loss.Backward()
			near(t, tensor.Data[float64](x.Grad()))
			s.Poison()
		}
	})
	t.Run("heard on the way", func(t *testing.T) {
		var s tensor.Scope
		x := s.Leaf(values.Clone(), nil)
		loss, between := residual(x)
		var heard, copies []*tensor.Tensor
		for _, b := range between {
			b.OnGrad(func(g *tensor.Tensor) { heard, copies = append(heard, g), append(copies, g.Clone().Detach()) })
		}
		loss.Backward()
		near(t, tensor.Data[float64](x.Grad()))
		for i, g := range heard {
			if !slices.Equal(tensor.Data[float64](g), tensor.Data[float64](copies[i])) {
				t.Errorf("gradient %d was overwritten", i)
			}
		}
	})
	t.Run("of results on the way", func(t *testing.T) {
		graph := func(create bool) [][]float64 {
			var s tensor.Scope
			x := s.Leaf(values.Clone(), nil)
			loss, between := residual(x)
			var all [][]float64
			for _, g := range tensor.GradOf(loss, append(between, x), tensor.BackwardOptions{CreateGraph: create}) {
				all = append(all, tensor.Data[float64](g))
			}
			return all
		}
		with, without := graph(true), graph(false)
		for i := range with {
			for k := range with[i] {
				if d := with[i][k] - without[i][k]; d > 1e-9 || d < -1e-9 {
					t.Fatalf("gradient %d of result %d is %v, want %v", k, i, without[i][k], with[i][k])
				}
			}
		}
		near(t, without[len(without)-1])
	})
	t.Run("memory", func(t *testing.T) {
		var s tensor.Scope
		x := s.Leaf(values.Clone(), nil)
		y := x
		for range 3 {
			y = tensor.BatchNorm(y.Tanh(), nil, nil, nil, nil, tensor.BatchNormOptions{Training: true, Eps: 1e-5}).Add(y).ReLU()
		}
		loss := y.Sum()
		if n := allocations(func() { loss.Backward() }); n > 3 {
			t.Errorf("Backward takes %d buffers, 3 are enough", n)
		}
	})
}

// TestHookGradientIsNotOverwritten: what a hook computed and hands to a Backward of its own
// stays as it was.
func TestHookGradientIsNotOverwritten(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s tensor.Scope
	x := s.Leaf(tensor.Randn(r, 8, 8), nil)
	p := tensor.Randn(r, 8, 8).RequireGrad()
	y := x.MulScalar(2)
	heard := false
	y.OnGrad(func(g *tensor.Tensor) {
		heard = true
		h := g.MulScalar(3)
		before := tensor.Data[float32](h)
		p.ReLU().BackwardWith(tensor.BackwardOptions{Gradient: h})
		if !slices.Equal(before, tensor.Data[float32](h)) {
			t.Error("the hook's gradient was overwritten")
		}
	})
	y.Mul(y).Sum().Backward()
	if !heard {
		t.Error("the hook was not called")
	}
}
