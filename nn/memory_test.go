package nn_test

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// trainer is a step of LeNet with SGD and momentum on one batch.
func trainer(batch int) (step func() *tensor.Tensor) {
	m := nn.NewSequential(
		nn.NewConv2d(1, 6, 5, nn.ConvOptions{Padding: 2}), nn.NewReLU(), nn.NewMaxPool2d(2),
		nn.NewConv2d(6, 16, 5), nn.NewReLU(), nn.NewMaxPool2d(2), nn.NewFlatten(),
		nn.NewLinear(400, 120), nn.NewReLU(), nn.NewLinear(120, 84), nn.NewReLU(), nn.NewLinear(84, 10))
	nn.Init(m, 1)
	r := rand.New(rand.NewPCG(1, 2))
	x, y := tensor.Randn(r, batch, 1, 28, 28), tensor.RandInt(r, 0, 10, batch)
	o := optim.DefaultSGD()
	o.LR, o.Momentum = 0.01, 0.9
	opt, p := optim.NewSGD(nn.Parameters(m), o), nn.Training(1)
	return func() *tensor.Tensor {
		loss := nn.CrossEntropy(m.Forward(p, x), y)
		opt.ZeroGrad()
		loss.Backward()
		opt.Step()
		return loss
	}
}

// TestStepAllocations: a steady step allocates some tens of small objects, whatever the
// size of the batch, and no memory for numbers. The bound is a little above the count
// of operations' headers and nodes and of the pieces of work that the pool gets.
func TestStepAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection would empty the kernels' sync.Pools
	const most, bytes = 64, 16 << 10
	for _, batch := range []int{8, 64} {
		step := trainer(batch)
		for range 5 {
			step()
		}
		if n := testing.AllocsPerRun(20, func() { step() }); n > most {
			t.Errorf("batch %d: a step allocates %v objects, more than %d", batch, n, most)
		}
		least := uint64(1 << 62) // of several tries: a goroutine that changes its processor misses its sync.Pools
		for range 5 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range 10 {
				step()
			}
			runtime.ReadMemStats(&after)
			least = min(least, (after.TotalAlloc-before.TotalAlloc)/10)
		}
		if least > bytes {
			t.Errorf("batch %d: a step allocates %d bytes, more than %d", batch, least, bytes)
		}
	}
}

// TestAccumulatedGradients: two half batches before one step give the gradient of the
// whole, though gradients' memory is used again, step after step.
func TestAccumulatedGradients(t *testing.T) {
	q := nn.NewParamOf(tensor.Ones(8))
	p := nn.Training(1)
	for step := range 3 {
		q.ZeroGrad()
		for half := range 2 {
			p.Use(q).MulScalar(float64(step + half)).Sum().Backward()
		}
		want := float64(2*step + 1)
		compare(t, "the gradient", q.PeekGrad(), []int{8}, []float64{want, want, want, want, want, want, want, want}, 0)
	}
}

var steadySteps = flag.Int("steps", 200, "steps of TestSteadyRun")

// TestSteadyRun: what a training holds after many steps is what it held after some, to 64 kB
// with one thread. With more, one may take its first part late, where others had the
// processors, and gets its scratch memory then; and one that had no part in the last jobs
// still holds that of an older. With -v it says what docs/memory.md reports:
// go test ./nn -run SteadyRun -v -steps 20000.
func TestSteadyRun(t *testing.T) {
	const most, mostOfThread = 64 << 10, 512 << 10
	threads := pool.Threads()
	t.Run("one thread", func(t *testing.T) {
		defer pool.SetThreads(threads)
		pool.SetThreads(1)
		steadyRun(t, most)
	})
	t.Run("all threads", func(t *testing.T) { steadyRun(t, most+uint64(threads-1)*mostOfThread) })
}

// steadyRun trains, and fails where that leaves more than so many bytes.
func steadyRun(t *testing.T, most uint64) {
	warm, steps, batch := 100, *steadySteps, 64
	if testing.Short() { // under the race detector a step of 64 images takes a third of a second
		warm, steps, batch = 20, min(steps, 40), 16
	}
	step := trainer(batch)
	for range warm {
		step()
	}
	before := steady()
	t.Logf("after %d steps: %d kB in use, %d kB from the system", warm, before.HeapAlloc>>10, before.Sys>>10)
	for i := range steps {
		step()
		if i%max(steps/4, 1) == 0 {
			m := steady()
			t.Logf("%d steps more: %d kB in use, %d kB from the system", i+1, m.HeapAlloc>>10, m.Sys>>10)
		}
	}
	after := steady()
	runtime.KeepAlive(step) // model, optimizer and Pass are part of what was measured
	t.Logf("at the end: %d kB in use, %d kB from the system; %d collections, %.3f %% of the processors' time since the start",
		after.HeapAlloc>>10, after.Sys>>10, after.NumGC-after.NumForcedGC, 100*after.GCCPUFraction)
	t.Logf("a step allocates %d objects, %d bytes", (after.Mallocs-before.Mallocs)/uint64(steps),
		(after.TotalAlloc-before.TotalAlloc)/uint64(steps))
	if after.HeapAlloc > before.HeapAlloc+most {
		t.Errorf("the heap grew from %d to %d bytes in %d steps", before.HeapAlloc, after.HeapAlloc, steps)
	}
	if before.HeapAlloc < 1<<20 {
		t.Errorf("only %d bytes are in use: the training is not among what is measured", before.HeapAlloc)
	}
}

// steady is the state of the memory without what kernels keep in sync.Pools, one set for
// each processor they ever ran on, until the second collection after its use.
func steady() runtime.MemStats {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}
