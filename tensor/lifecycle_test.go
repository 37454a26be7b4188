package tensor_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"weak"

	"github.com/lumen-ml/lumen/internal/nd"
	"github.com/lumen-ml/lumen/tensor"
)

var (
	_ = op(row{Name: "RequireGrad", NoGolden: "a tensor's life; covered by TestRequireGrad"})
	_ = op(row{Name: "Grad", NoGolden: "a tensor's life; covered by TestRequireGrad"})
	_ = op(row{Name: "PeekGrad", NoGolden: "a tensor's life; covered by TestPeekGrad"})
	_ = op(row{Name: "GradOf", Func: tensor.GradOf, NoGolden: "a tensor's life; covered by TestGradOf"})
	_ = op(row{Name: "Detach", NoGolden: "a tensor's life; covered by TestDetach"})
	_ = op(row{Name: "Clone", Cases: []opCase{
		with("", []int{2, 3}, (*tensor.Tensor).Clone, "x[0].clone()"),
		with("of a transpose", []int{2, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(0, 1).Clone() }, "x[0].t().clone()"),
		empty(with("empty", []int{0, 2}, (*tensor.Tensor).Clone, "x[0].clone()")),
		plainWith("bool", mask([]int{2}, 0, 1), (*tensor.Tensor).Clone, "x[0].clone()"),
	}})
)

// leafOf is a float64 leaf without a Scope.
func leafOf(v ...float64) *tensor.Tensor { return tensor.FromSlice(v).RequireGrad() }

func TestRequireGrad(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2})
	if x.Tracked() || !x.IsLeaf() || x.Grad() != nil {
		t.Error("a tensor is tracked before anybody asked")
	}
	if x.RequireGrad() != x || !x.Tracked() || !x.IsLeaf() {
		t.Error("RequireGrad did not make a leaf")
	}
	y := x.Mul(x)
	if !y.Tracked() || y.IsLeaf() {
		t.Error("a result of a leaf is not recorded")
	}
	kept := x.MulScalar(3).RequireGrad()
	dropped := x.MulScalar(3)
	y.Add(kept).Add(dropped).Sum().Backward()
	wantValues(t, "the leaf's gradient", x.Grad(), "[8 10]")
	wantValues(t, "the result's retained gradient", kept.Grad(), "[1 1]")
	if dropped.Grad() != nil || y.Grad() != nil {
		t.Error("a result kept its gradient without being asked")
	}
	x.Mul(x).Sum().Backward()
	wantValues(t, "the gradient of two Backwards", x.Grad(), "[10 14]")
	x.ZeroGrad()
	if x.Grad() != nil {
		t.Error("ZeroGrad left a gradient")
	}
	misuse[*tensor.DTypeError](t, "RequireGrad of int64: floats are wanted", func() { tensor.FromSlice([]int64{1}).RequireGrad() })
}

func TestSetGrad(t *testing.T) {
	x := leafOf(1, 2)
	x.SetGrad(tensor.OnesOf(tensor.Float64).Expand(2)) // one element in memory: is added to, so must be copied
	x.MulScalar(2).Sum().Backward()
	wantValues(t, "the gradient", x.Grad(), "[3 3]")
	x.Mul(tensor.FromSlice([]float64{0, 1})).Sum().Backward()
	wantValues(t, "the gradient", x.Grad(), "[3 4]")
	x.SetGrad(nil)
	if x.Grad() != nil {
		t.Error("SetGrad(nil) left a gradient")
	}
	misuse[*tensor.ShapeError](t, "SetGrad of [2] and [3]", func() { x.SetGrad(tensor.ZerosOf(tensor.Float64, 3)) })
	misuse[*tensor.ShapeError](t, "type", func() { x.SetGrad(tensor.Zeros(2)) })
	misuse[*tensor.GraphError](t, "not tracked", func() { tensor.Zeros(2).SetGrad(nil) })

	var s tensor.Scope // a step's result as a gradient outlives the step
	a := s.Leaf(tensor.Arange(0, 10, 1), nil)
	g := a.MulScalar(2)
	b := tensor.Zeros(10).RequireGrad()
	b.SetGrad(g)
	g.Sum().Backward()
	s.TakeOver()
	if got := b.Grad().Sum().Item(); got != 90 {
		t.Errorf("the gradient's sum is %v", got)
	}
}

func TestBackwardMisuse(t *testing.T) {
	x := leafOf(1, 2)
	misuse[*tensor.GraphError](t, "Backward: the tensor is not tracked", func() { tensor.Zeros().Backward() })
	misuse[*tensor.ShapeError](t, "Backward of [2]: a single element is wanted", func() { x.MulScalar(2).Backward() })
	misuse[*tensor.ShapeError](t, "shape and type of the tensor", func() { x.MulScalar(2).BackwardWith(tensor.BackwardOptions{Gradient: tensor.Zeros(2)}) })
	misuse[*tensor.GraphError](t, "tensor 0 of those asked for is not tracked", func() { tensor.GradOf(x.Sum(), tensors{tensor.Zeros(1)}, tensor.BackwardOptions{}) })
	misuse[*tensor.GraphError](t, "OnGrad: the tensor is not tracked", func() { tensor.Zeros(1).OnGrad(func(*tensor.Tensor) {}) })
}

func TestSecondBackward(t *testing.T) {
	x := leafOf(1, 2)
	y := x.Mul(x)
	loss := y.Sum()
	loss.Backward()
	misuse[*tensor.GraphError](t, "the graph was freed by an earlier Backward (reached sum)", func() { loss.Backward() })
	misuse[*tensor.GraphError](t, "use BackwardOptions.Retain", func() { y.Sum().Backward() })
	wantValues(t, "the gradient", x.Grad(), "[2 4]")

	loss = x.Mul(x).Sum()
	loss.BackwardWith(tensor.BackwardOptions{Retain: true})
	loss.BackwardWith(tensor.BackwardOptions{Retain: true})
	loss.Backward()
	wantValues(t, "the gradient of four", x.Grad(), "[8 16]")
	misuse[*tensor.GraphError](t, "freed", func() { loss.Backward() })
}

func TestOnGrad(t *testing.T) {
	x := leafOf(1, 2)
	y := x.Mul(x)
	var seen []string
	var held *tensor.Tensor
	y.OnGrad(func(g *tensor.Tensor) { seen = append(seen, "y"+values(g)) })
	x.OnGrad(func(g *tensor.Tensor) {
		if x.Grad() == nil {
			seen = append(seen, "x"+values(g))
		}
		held = g
	})
	y.MulScalar(3).Sum().Backward()
	if got := fmt.Sprint(seen); got != "[y[3 3] x[6 12]]" {
		t.Errorf("heard %s", got)
	}
	x.MulScalar(100).Sum().Backward()
	wantValues(t, "the gradient", x.Grad(), "[106 112]")
	wantValues(t, "what the second call got", held, "[100 100]")

	z := x.Mul(x).Sum()
	x.OnGrad(func(*tensor.Tensor) { z.Backward() })
	misuse[*tensor.GraphError](t, "another Backward is under way", func() { z.Backward() })
}

func TestGradOf(t *testing.T) {
	x, w := leafOf(2, 3), leafOf(5, 7)
	h := x.Mul(w)
	y := h.Mul(h).Sum()
	g := tensor.GradOf(y, tensors{h, x, y}, tensor.BackwardOptions{Retain: true})
	wantValues(t, "dy/dh", g[0], "[20 42]")
	wantValues(t, "dy/dx", g[1], "[100 294]")
	wantValues(t, "dy/dy", g[2], "[1]")
	if x.Grad() != nil || w.Grad() != nil {
		t.Error("GradOf collected gradients")
	}
	other := leafOf(1)
	misuse[*tensor.GraphError](t, "y does not depend on tensor 1", func() { tensor.GradOf(y, tensors{x, other}, tensor.BackwardOptions{Retain: true}) })
	g = tensor.GradOf(y, tensors{other, w}, tensor.BackwardOptions{AllowUnused: true})
	if g[0] != nil {
		t.Errorf("the gradient of what y does not depend on is %v", g[0])
	}
	wantValues(t, "dy/dw", g[1], "[40 126]")
	misuse[*tensor.GraphError](t, "GradOf: the graph was freed", func() { tensor.GradOf(y, tensors{x}, tensor.BackwardOptions{}) })

	// two operands of one sum get gradients of their own
	a, b := leafOf(1, 1), leafOf(1, 1)
	g = tensor.GradOf(a.Add(b).Sum(), tensors{a, b}, tensor.BackwardOptions{})
	g[0].FillInPlace(9)
	wantValues(t, "the other's gradient", g[1], "[1 1]")

	// a gradient given may be differentiated itself
	v := leafOf(1, 1)
	g = tensor.GradOf(x.Mul(x), tensors{x}, tensor.BackwardOptions{Gradient: v, CreateGraph: true})
	g = tensor.GradOf(g[0].Sum(), tensors{v}, tensor.BackwardOptions{})
	wantValues(t, "d(2xv)/dv", g[0], "[4 6]")
}

// x^4 as a product: derivatives 4x^3, 12x^2, 24x, 24.
func TestHigherDerivatives(t *testing.T) {
	for _, scoped := range []bool{false, true} {
		x := leafOf(2, -1, 3, 0.5, 1)
		if scoped {
			x = new(tensor.Scope).Leaf(x.Detach(), nil)
		}
		create := tensor.BackwardOptions{CreateGraph: true}
		sq := x.Mul(x)
		d := sq.Mul(sq)
		for k, want := range []string{"[32 -4 108 0.5 4]", "[48 12 108 3 12]", "[48 -24 72 12 24]", "[24 24 24 24 24]"} {
			d = tensor.GradOf(d.Sum(), tensors{x}, create)[0]
			wantValues(t, fmt.Sprintf("derivative %d", k+1), d, want)
		}
		if x.Grad() != nil {
			t.Error("GradOf collected")
		}
	}
}

// A gradient collected with CreateGraph is part of a graph and outlives it.
func TestCreateGraphGradOutlivesGraph(t *testing.T) {
	var s tensor.Scope
	x := s.Leaf(tensor.Arange(1, 9, 1), nil)
	w := s.Leaf(tensor.Arange(1, 9, 1), nil)
	x.Mul(x).Mul(w).Sum().BackwardWith(tensor.BackwardOptions{CreateGraph: true})
	x.Grad().Mul(x.Grad()).Sum().Backward() // sum of (2xw)^2, onto 2xw and x^2
	s.TakeOver()
	s.Poison()
	wantValues(t, "x's gradient", x.Grad(), "[10 72 234 544 1050 1800 2842 4224]") // 2xw + 8xw^2 at w = x
	wantValues(t, "w's gradient", w.Grad(), "[9 68 225 528 1025 1764 2793 4160]")  // x^2 + 8x^2w

	u := s.Leaf(tensor.Arange(1, 9, 1), nil)
	x.ZeroGrad()
	loss := x.Mul(x).Mul(u).Sum()
	loss.BackwardWith(tensor.BackwardOptions{CreateGraph: true})
	tensor.GradOf(loss, tensors{x}, tensor.BackwardOptions{}) // frees what u's gradient was computed from
	s.TakeOver()
	s.Poison()
	wantValues(t, "u's gradient", u.Grad(), "[1 4 9 16 25 36 49 64]")
}

func TestStale(t *testing.T) {
	var s tensor.Scope
	x := s.Leaf(tensor.Arange(0, 8, 1).Reshape(2, 4), nil)
	logits := x.MulScalar(2)
	view := logits.Reshape(8)
	few := logits.Slice(0, 0, 1, 1).MulScalar(1) // 4 elements: never stale
	kept, copied, data := logits.Detach(), x.MulScalar(3).Clone(), tensor.Data[float32](logits)
	detached := x.MulScalar(5).Detach()
	other := x.MulScalar(4)
	loss := logits.Add(other).Sum()
	loss.Backward()
	wantValues(t, "the logits after Backward", logits.Add(logits.MulScalar(0)), "[0 2 4 6 8 10 12 14]") // pinned by kept below
	wantValues(t, "another result after Backward", other, "[0 4 8 12 16 20 24 28]")
	late := other.MulScalar(2) // made after Backward from a result that is done
	s.TakeOver()
	s.Poison()
	for name, use := range map[string]func(){
		"Mul": func() { other.Mul(other) }, "Data": func() { tensor.Data[float32](other) }, "Item": func() { other.Item() },
		"Reshape": func() { other.Reshape(8) }, "Slice": func() { other.Slice(0, 0, 1, 1) }, "Detach": func() { other.Detach() },
		"Clone": func() { other.Clone() }, "Within": func() { s.Within(other) }, "Leaf": func() { s.Leaf(other, nil) },
		"String": func() { _ = other.String() }, "Flatten": func() { other.Flatten(0) }, "AddInPlace": func() { other.AddInPlace(other) },
		"Sum": func() { late.Sum() },
	} {
		misuse[*tensor.StaleError](t, "tensor: "+name+" of a tensor of shape [2 4] from a finished step", use)
	}
	wantValues(t, "what was detached", kept, "[0 2 4 6 8 10 12 14]")
	wantValues(t, "the logits, whose memory is shared with that", view, "[0 2 4 6 8 10 12 14]")
	wantValues(t, "what was detached", detached, "[0 5 10 15 20 25 30 35]")
	wantValues(t, "what was cloned", copied, "[0 3 6 9 12 15 18 21]")
	wantValues(t, "four elements", few, "[0 2 4 6]")
	wantValues(t, "the loss", loss, "[168]")
	if fmt.Sprint(data) != "[0 2 4 6 8 10 12 14]" {
		t.Errorf("Data gave %v", data)
	}
	wantValues(t, "the gradient", x.Grad(), "[6 6 6 6 6 6 6 6]")
}

func TestDetach(t *testing.T) {
	x := leafOf(1, 2)
	y := x.Mul(x)
	d := y.Detach()
	if d.Tracked() || !d.IsLeaf() {
		t.Error("what was detached is tracked")
	}
	d.FillInPlace(7)
	wantValues(t, "the tensor, which shares the memory", y, "[7 7]")
	y.Mul(d).Sum().Backward()
	wantValues(t, "the gradient, not through d", x.Grad(), "[14 28]")
}

func TestCloneOwnsMemory(t *testing.T) {
	x := tensor.Arange(0, 3, 1)
	y := x.Clone()
	y.FillInPlace(9)
	wantValues(t, "the original", x, "[0 1 2]")
}

func TestWithinAndLeaf(t *testing.T) {
	var s tensor.Scope
	x := tensor.Arange(0, 6, 1)
	within := s.Within(x.RequireGrad())
	if within.Tracked() {
		t.Error("Within is tracked")
	}
	calls := 0
	w := s.Leaf(tensor.Ones(6), func(leaf *tensor.Tensor) {
		calls++
		wantValues(t, "the gradient at the first call", leaf.Grad(), "[0 1 2 3 4 5]")
	})
	for range 2 {
		within.Mul(w).Sum().Backward()
	}
	if calls != 1 {
		t.Errorf("first was called %d times", calls)
	}
	if x.Grad() != nil {
		t.Error("a gradient went through Within")
	}
	w.ZeroGrad()
	within.Mul(w).Sum().Backward()
	if calls != 2 {
		t.Errorf("after ZeroGrad first was called %d times in all", calls)
	}
	misuse[*tensor.DTypeError](t, "Leaf of int64", func() { s.Leaf(tensor.ZerosOf(tensor.Int64, 2), nil) })
}

// What another Scope sees of a step's result stays, when that Scope is done with it.
func TestLeafOfAnotherScopesResult(t *testing.T) {
	var a, b tensor.Scope
	w := a.Leaf(tensor.Arange(1, 9, 1), nil)
	h := w.Mul(w)
	for range 3 {
		l := b.Leaf(h, nil)
		y := l.Reshape(2, 4).Mul(b.Within(h).Reshape(2, 4))
		y.Sum().Backward()
		b.TakeOver()
		b.Poison()
		wantValues(t, "the gradient in b", l.Grad(), "[1 4 9 16 25 36 49 64]")
	}
	h.Sum().Backward()
	wantValues(t, "the gradient in a", w.Grad(), "[2 4 6 8 10 12 14 16]")
}

// dense is a layer without bias.
func dense(r *rand.Rand, in, out int) *tensor.Tensor {
	return tensor.Randn(r, in, out).MulScalar(0.3)
}

// The order of things in adversarial training: the generator's graph survives the
// discriminator's Backward and its next forward in the same Scope. With and without
// the Scope the weights are the same, bit for bit.
func TestTwoGraphsInOneScope(t *testing.T) {
	run := func(recycle bool) string {
		r := seeded(1)
		g := tensors{dense(r, 4, 32), dense(r, 32, 8)}
		d := tensors{dense(r, 8, 32), dense(r, 32, 1)}
		z := tensor.Randn(r, 16, 4)
		var s tensor.Scope
		leaves := map[*tensor.Tensor]*tensor.Tensor{}
		use := func(w *tensor.Tensor) *tensor.Tensor {
			if recycle {
				s.TakeOver() // as the first forward after a Backward does
			}
			if leaves[w] == nil {
				if recycle {
					leaves[w] = s.Leaf(w, nil)
				} else {
					leaves[w] = w.Detach().RequireGrad()
				}
			}
			return leaves[w]
		}
		net := func(ws tensors, x *tensor.Tensor) *tensor.Tensor {
			return x.MatMul(use(ws[0])).ReLU().MatMul(use(ws[1]))
		}
		step := func(ws tensors) {
			for _, w := range ws {
				w.AddInPlace(leaves[w].Grad().MulScalar(-0.1))
			}
		}
		zero := func(ws tensors) {
			for _, w := range ws {
				use(w).ZeroGrad()
			}
		}
		for range 5 {
			fake := net(g, z)
			zero(d)
			score := net(d, fake.Detach())
			score.Mul(score).Sum().Backward()
			step(d)
			zero(g)
			score = net(d, fake)
			score.Neg().Tanh().Sum().Backward()
			step(g)
			if recycle {
				s.Poison()
			}
		}
		var out strings.Builder
		for _, w := range append(g, d...) {
			fmt.Fprintln(&out, tensor.Data[float32](w))
		}
		return out.String()
	}
	if run(true) != run(false) {
		t.Error("the weights differ between recycled and collected memory")
	}
}

// A graph over two Scopes: each gets its own memory back.
func TestTwoScopesInOneGraph(t *testing.T) {
	var a, b tensor.Scope
	w := a.Leaf(tensor.Arange(1, 9, 1), nil)
	v := b.Leaf(tensor.Arange(2, 10, 1), nil)
	for round := range 3 {
		w.ZeroGrad()
		v.ZeroGrad()
		h := w.Mul(w) // a's
		k := v.Mul(h) // b's, for v comes first
		y := h.Add(k) // a's
		y.Sum().Backward()
		wantValues(t, fmt.Sprintf("dw in round %d", round), w.Grad(), "[6 16 30 48 70 96 126 160]")
		wantValues(t, fmt.Sprintf("dv in round %d", round), v.Grad(), "[1 4 9 16 25 36 49 64]")
		a.TakeOver()
		a.Poison()
		wantValues(t, "b's result while a goes on", k, "[2 12 36 80 150 252 392 576]")
		misuse[*tensor.StaleError](t, "Sum", func() { h.Sum() })
		b.TakeOver()
		b.Poison()
		misuse[*tensor.StaleError](t, "Sum", func() { k.Sum() })
	}
}

// An untracked operand of an inference Scope does not decide where a result lives.
func TestUntrackedOperandFirst(t *testing.T) {
	var inference, training tensor.Scope
	inference.Reset()
	w := training.Leaf(tensor.Arange(1, 9, 1), nil)
	x := inference.Within(tensor.Ones(8)).MulScalar(2)
	y := x.Mul(w)
	var heard []string
	training.OnOp(func(op string, _ *tensor.Tensor, _ []*tensor.Tensor) { heard = append(heard, op) })
	z := x.Add(y)
	training.OnOp(nil)
	if fmt.Sprint(heard) != "[add]" {
		t.Errorf("the training Scope heard %v", heard)
	}
	z.Sum().BackwardWith(tensor.BackwardOptions{Retain: true})
	wantValues(t, "the gradient", w.Grad(), "[2 2 2 2 2 2 2 2]")
	inference.Reset()
	inference.Poison()
	wantValues(t, "the training result after the inference Scope went on", y, "[2 4 6 8 10 12 14 16]")
	misuse[*tensor.GraphError](t, "a value that mul saved belongs to a step whose memory was taken over", func() { z.Sum().Backward() })
	misuse[*tensor.StaleError](t, "from a finished step", func() { x.Sum() })
}

// allocations counts the buffers that the CPU hands out during f.
func allocations(f func()) int {
	n := 0
	alloc := nd.CPU.Alloc
	nd.CPU.Alloc = func(bytes int) *nd.Buffer {
		if bytes > 4*8 { // larger than what always lives by itself
			n++
		}
		return alloc(bytes)
	}
	defer func() { nd.CPU.Alloc = alloc }()
	f()
	return n
}

// In the steady state a step with metrics on live and on finished logits takes no
// memory that was not there.
func TestMetricsAllocateNothing(t *testing.T) {
	r := seeded(2)
	var s tensor.Scope
	w := s.Leaf(tensor.Randn(r, 20, 10), nil)
	x := tensor.Randn(r, 16, 20)
	y := tensor.RandInt(r, 0, 10, 16)
	metrics := func(logits *tensor.Tensor) {
		logits.ArgMax(1).Eq(y).To(tensor.Float32).Mean()         // untracked from untracked
		logits.Tanh().MulScalar(2).Sum()                         // tracked, never walked back
		logits.Reshape(4, 40).GtScalar(0).Not().To(tensor.Int64) // through a view
		values, idx := logits.TopK(3, 1)                         // two results
		values.Add(values)                                       // of a result's view
		idx.EqScalar(2).Or(tensor.OnesOf(tensor.Bool, 1)).All(1) // with a bystander first or last
		tensor.Where(logits.GtScalar(0), logits, logits.Neg()).Sum()
	}
	step := func() {
		s.TakeOver()
		logits := x.MatMul(w)
		metrics(logits)
		logits.Mul(logits).Sum().Backward()
		metrics(logits)
	}
	first := allocations(step)
	for range 3 {
		step()
	}
	if n := allocations(step); n != 0 {
		t.Errorf("a step takes %d new buffers, the first took %d", n, first)
	}
}

// What is computed after Backward from a prediction goes with the step, whether or not
// the collector has taken the graph away in between.
func TestLateMetrics(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Ones(10, 10), nil)
	logits := w.MulScalar(2)
	predictions := logits.ArgMax(1)
	logits.Sum().Backward()
	runtime.GC()
	runtime.GC()
	hits := predictions.EqScalar(0)
	late := hits.To(tensor.Float32)
	s.TakeOver()
	misuse[*tensor.StaleError](t, "Any", func() { hits.Any() })
	misuse[*tensor.StaleError](t, "Sum", func() { late.Sum() })
}

// The losses of an epoch may be kept: they hold neither memory nor graph.
func TestListOfLosses(t *testing.T) {
	var s tensor.Scope
	w := s.Leaf(tensor.Ones(100), nil)
	var losses tensors
	var logits []weak.Pointer[tensor.Tensor]
	step := func(i int) {
		s.TakeOver()
		y := w.MulScalar(float64(i))
		y.RequireGrad() // a retained gradient does not hold the graph either
		logits = append(logits, weak.Make(y))
		loss := y.Sum()
		loss.Backward()
		losses = append(losses, loss)
	}
	for i := range 50 {
		step(i)
	}
	runtime.GC()
	runtime.GC()
	alive := 0
	for _, p := range logits {
		if p.Value() != nil {
			alive++
		}
	}
	if alive > 2 {
		t.Errorf("%d of 50 results are still held", alive)
	}
	for i, l := range losses {
		if got := l.Item(); got != float64(100*i) {
			t.Fatalf("loss %d is %v", i, got)
		}
	}
	runtime.KeepAlive(losses)
}

// Loops that go on for long hold no more memory at their end than after a few rounds:
// whatever is computed again and again from something that stays, and results that
// are kept without their graph.
func TestLongLoops(t *testing.T) {
	r := seeded(3)
	var s tensor.Scope
	w := s.Leaf(tensor.Randn(r, 20, 40), nil)
	x := tensor.Randn(r, 8, 20)
	logits := x.MatMul(w)     // live all along
	derived := w.MulScalar(2) // used by every step, never freed
	var kept tensors
	rounds := 20_000
	if testing.Short() {
		rounds = 4000
	}
	for _, loop := range []struct {
		name string
		each uint64 // bytes that a round may keep
		step func()
	}{
		{"training steps", 0, func() { s.TakeOver(); w.ZeroGrad(); x.MatMul(w).ReLU().Sum().Backward() }},
		{"abandoned graphs", 0, func() { x.MatMul(w).ReLU().Sum() }},
		{"metrics on live logits", 0, func() { logits.ArgMax(1).Eq(logits.ArgMin(1)).To(tensor.Float32).Mean() }},
		{"tracked metrics on live logits", 0, func() { logits.Softmax(1).Sum() }},
		{"steps through a retained graph", 0, func() {
			s.TakeOver()
			w.ZeroGrad()
			x.MatMul(derived).Sum().BackwardWith(tensor.BackwardOptions{Retain: true})
		}},
		{"predictions kept", 400, func() { kept = append(kept, x.MatMul(w).ArgMax(1)) }},
	} {
		for range 50 {
			loop.step()
		}
		before := heap()
		for range rounds {
			loop.step()
		}
		after := heap()
		if after > before+uint64(rounds)*loop.each+200_000 {
			t.Errorf("%s: the heap grew from %d to %d bytes in %d rounds", loop.name, before, after, rounds)
		}
	}
	runtime.KeepAlive(logits)
	runtime.KeepAlive(derived)
	runtime.KeepAlive(kept)
}

// heap is the number of bytes that are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what the first one found to be reachable only weakly
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A graph a million operations deep is walked and freed on a stack of 1 MB; the other
// ways through it are tried on a twentieth of that.
func TestDeepGraph(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(1 << 20))
	depth := 1_000_000
	if testing.Short() {
		depth = 100_000
	}
	x := tensor.FromSlice([]float64{1}).RequireGrad()
	build := func(depth int) *tensor.Tensor {
		y := x
		for range depth {
			y = y.AddScalar(1)
		}
		return y
	}
	y := build(depth)
	y.Backward()
	wantValues(t, "the gradient", x.Grad(), "[1]")

	depth /= 20
	y = build(depth)
	side := y.MulScalar(2) // hangs off the graph and is freed with it
	y.Backward()
	wantValues(t, "the gradient of two", x.Grad(), "[2]")
	misuse[*tensor.GraphError](t, "freed", func() { side.Backward() })
	build(depth) // dropped without Backward
	runtime.GC()
	g := tensor.GradOf(build(depth), tensors{x}, tensor.BackwardOptions{CreateGraph: true})
	wantValues(t, "the gradient by GradOf", g[0], "[1]")
}

// Reset recycles what an inference Scope made.
func TestReset(t *testing.T) {
	var s tensor.Scope
	x := s.Within(tensor.Arange(0, 100, 1))
	s.Reset()
	forward := func() *tensor.Tensor { return x.MulScalar(2).Tanh().Reshape(10, 10) }
	forward()
	s.Reset()
	old := forward()
	if n := allocations(func() { s.Reset(); forward() }); n != 0 {
		t.Errorf("%d new buffers after Reset", n)
	}
	misuse[*tensor.StaleError](t, "[10 10]", func() { old.Sum() })
}

// TestDetachFromGoroutines: the first Detach of a tensor may come from several
// goroutines at once.
func TestDetachFromGoroutines(t *testing.T) {
	x := tensor.Arange(0, 100, 1)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := x.Detach().Sum().Item(); got != 4950 {
				t.Errorf("the sum is %v", got)
			}
		})
	}
	wg.Wait()
}
