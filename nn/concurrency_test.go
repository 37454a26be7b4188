package nn_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// These tests are to be run with -race and LUMEN_CPU=generic: the race detector does
// not see into assembly.

// together runs f in n goroutines that start at once.
func together(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			f(i)
		})
	}
	done.Wait()
}

// TestInferenceInSeveralGoroutines starts on a model that was never used, so that
// filling the parameters is part of it.
func TestInferenceInSeveralGoroutines(t *testing.T) {
	m := newResNet()
	x := noise(1, 2, 3, 8, 8)
	results := make([][]*tensor.Tensor, 4)
	together(len(results), func(i int) {
		for range 5 {
			results[i] = append(results[i], nn.Predict(m, x))
		}
		own := nn.Inference()
		own.Observe(m, func(nn.Event) {})
		results[i] = append(results[i], m.Forward(own, x))
		if err := nn.CheckInput(m, 1, 3, 8, 8); err != nil {
			t.Error(err)
		}
		results[i] = append(results[i], nn.Predict(nn.Clone(m), x))
		if len(nn.State(m)) == 0 {
			t.Error("no state")
		}
	})
	want := nn.Predict(m, x)
	for _, r := range results {
		for k, y := range r {
			if !equal(y, want) {
				t.Errorf("prediction %d differs", k)
			}
		}
	}
}

// TestInferenceBesideTraining: predictions on a copy that is refreshed between steps
// are those of one whole step's weights.
func TestInferenceBesideTraining(t *testing.T) {
	m := nn.NewSequential(nn.NewConv2d(1, 2, 3), nn.NewBatchNorm2d(2), nn.NewReLU(), nn.NewFlatten(), nn.NewDropout(0.2), nn.NewLinear(32, 3))
	nn.Init(m, 1)
	x, data, labels := noise(1, 2, 1, 6, 6), noise(2, 4, 1, 6, 6), tensor.FromSlice([]int64{0, 1, 2, 1})
	shown := nn.Clone(m)
	var lock sync.RWMutex // shown is refreshed while nobody predicts
	whole := []*tensor.Tensor{nn.Predict(m, x)}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	predictions := make([][]*tensor.Tensor, 3)
	for i := range predictions {
		wg.Go(func() {
			for {
				lock.RLock()
				predictions[i] = append(predictions[i], nn.Predict(shown, x))
				lock.RUnlock()
				select {
				case <-stop:
					return
				default:
					runtime.Gosched() // one thread, as in a browser, must do too
				}
			}
		})
	}
	p := nn.Training(1)
	for range 20 {
		step(p, m, data, labels)
		whole = append(whole, nn.Predict(m, x))
		lock.Lock()
		if err := nn.CopyState(shown, m); err != nil {
			t.Error(err)
		}
		lock.Unlock()
	}
	close(stop)
	wg.Wait()
	for _, list := range predictions {
		at := 0
		for k, y := range list {
			for at < len(whole) && !equal(y, whole[at]) {
				at++ // steps pass in order
			}
			if at == len(whole) {
				t.Fatalf("prediction %d is of no step's weights", k)
			}
		}
	}
	if equal(whole[0], whole[len(whole)-1]) {
		t.Error("training changed nothing")
	}
}

// step is one step of gradient descent.
func step(p *nn.Pass, m nn.Module, x, labels *tensor.Tensor) {
	loss := nn.CrossEntropy(m.Forward(p, x), labels)
	for _, q := range nn.Parameters(m) {
		q.ZeroGrad()
	}
	loss.Backward()
	for _, q := range nn.Parameters(m) {
		q.Value().CopyFrom(q.Value().Sub(q.Grad().MulScalar(0.05)))
	}
}

// TestInferenceLosesNoGradient: a global switch for gradients would.
func TestInferenceLosesNoGradient(t *testing.T) {
	m := newNet()
	nn.Init(m, 1)
	x := noise(1, 2, 1, 8, 8)
	together(4, func(i int) {
		if i > 0 {
			for range 20 {
				if nn.Predict(m, x).Tracked() {
					t.Error("a prediction is tracked")
				}
			}
			return
		}
		p := nn.Training(1)
		for range 20 {
			y := m.Forward(p, x)
			if !y.Tracked() {
				t.Error("a result of training is not tracked")
				return
			}
			for _, q := range nn.Parameters(m) {
				q.ZeroGrad()
			}
			y.Square().Mean().Backward()
			for name, q := range nn.Named(m) {
				if q.Grad() == nil {
					t.Errorf("the gradient of %s was lost", name)
				}
			}
		}
	})
}

// TestTwoPassesInOneGraph: a generator and its judge, each with a Pass of its own; two
// such pairs at once hold the model's weights still and look at the gradient of what
// they put in, which must be that of a serial run.
func TestTwoPassesInOneGraph(t *testing.T) {
	first := nn.NewSequential(nn.NewLinear(3, 8), nn.NewTanh())
	second := nn.NewSequential(nn.NewLinear(8, 6), nn.NewReLU(), nn.NewLinear(6, 2))
	joined := nn.NewSequential(first, second)
	nn.Init(joined, 1)
	labels := tensor.FromSlice([]int64{0, 1, 1, 0})
	run := func(a, b *nn.Pass) []*tensor.Tensor {
		var grads []*tensor.Tensor
		for k := range 3 { // memory of both Passes is used again
			x := noise(uint64(k), 4, 3)
			for _, q := range nn.Parameters(joined) {
				q.ZeroGrad()
			}
			nn.CrossEntropy(second.Forward(b, first.Forward(a, x)), labels).Backward()
			for _, q := range nn.Parameters(joined) {
				grads = append(grads, q.Grad().Clone())
			}
		}
		return grads
	}
	one := nn.Training(1)
	want := run(one, one)
	got := run(nn.Training(2), nn.Training(3))
	for i := range want {
		if !equal(got[i], want[i]) {
			t.Errorf("gradient %d differs", i)
		}
	}

	nn.Freeze(joined)
	inward := func(a, b *nn.Pass) []*tensor.Tensor {
		var grads []*tensor.Tensor
		for k := range 5 {
			x := noise(uint64(k), 4, 3).RequireGrad()
			nn.CrossEntropy(second.Forward(b, first.Forward(a, x)), labels).Backward()
			grads = append(grads, x.Grad().Clone())
		}
		return grads
	}
	want = inward(one, one)
	var pairs [2][]*tensor.Tensor
	together(len(pairs), func(i int) { pairs[i] = inward(nn.Training(4), nn.Training(5)) })
	for i, grads := range pairs {
		for k := range want {
			if !equal(grads[k], want[k]) {
				t.Errorf("pair %d: the gradient of input %d differs", i, k)
			}
		}
	}
}

// TestTwoTrainingPassesWithReduce: two goroutines share a model and halve the batch;
// the reduced gradient is that of the whole batch.
func TestTwoTrainingPassesWithReduce(t *testing.T) {
	m := nn.NewSequential(nn.NewConv2d(1, 3, 3), nn.NewReLU(), nn.NewFlatten(), nn.NewLinear(48, 4))
	nn.Init(m, 1)
	nn.To(m, tensor.Float64)
	x := noise(1, 8, 1, 6, 6).To(tensor.Float64)
	labels := tensor.FromSlice([]int64{0, 1, 2, 3, 3, 2, 1, 0})
	sum := nn.CrossEntropyWith(nn.CrossEntropyOptions{Reduction: nn.ReductionSum})
	single := nn.Training(1)
	passes := []*nn.Pass{nn.Training(1), nn.Training(2)}
	for round := range 4 {
		zero := func() {
			for _, q := range nn.Parameters(m) {
				q.ZeroGrad()
			}
		}
		zero()
		sum(m.Forward(single, x), labels).Backward()
		want := map[string]*tensor.Tensor{}
		for name, q := range nn.Named(m) {
			want[name] = q.Grad().Clone()
		}
		zero()
		halves := [2]*tensor.Tensor{x.Slice(0, 0, 4, 1), x.Slice(0, 4, 8, 1)}
		together(2, func(i int) {
			sum(m.Forward(passes[i], halves[i]), labels.Slice(0, 4*i, 4*i+4, 1)).Backward()
		})
		weight := m.Modules[0].(*nn.Conv2d).Weight
		if _, ok := panicsWith(func() { weight.Grad() }).(*tensor.GraphError); !ok {
			t.Error("Grad before Reduce: no *tensor.GraphError")
		}
		nn.Reduce(passes...)
		for name, q := range nn.Named(m) {
			compare(t, name, q.Grad(), want[name].Shape(), tensor.Data[float64](want[name]), 1e-12)
		}
		if round == 2 { // a Pass that took no part, and one that is named twice, change nothing
			nn.Reduce(nn.Training(9), passes[1], passes[0], passes[1])
			for name, q := range nn.Named(m) {
				compare(t, name+" reduced again", q.Grad(), nil, tensor.Data[float64](want[name]), 1e-12)
			}
		}
	}
}

// TestReduceIsInTheOrderOfThePasses: sums of floats depend on their order, so it must
// not be that in which the goroutines happened to end.
func TestReduceIsInTheOrderOfThePasses(t *testing.T) {
	q := nn.NewParam(nn.Zeros(), 1)
	gradients := []float32{1e8, -1e8, 1}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		q.ZeroGrad()
		passes := []*nn.Pass{nn.Training(1), nn.Training(1), nn.Training(1)}
		for _, i := range order {
			passes[i].Use(q).Mul(tensor.FromSlice(gradients[i : i+1])).Sum().Backward()
		}
		nn.Reduce(passes...)
		if got := q.Grad().Item(); got != 1 {
			t.Errorf("finished in the order %v: %v", order, got)
		}
	}
}
