package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// Five steps on one weight w = 1, gradient 0.5*w + 0.1, against the formulas of
// torch.optim written out in float64.

func gradientOf(w float64) float64 { return 0.5*w + 0.1 }

// follow runs five steps of an optimizer for float64 and float32 and compares
// with the reference after each.
func follow(t *testing.T, what string, reference func(step int, w float64) float64,
	step64 func(step int, w, g []float64), step32 func(step int, w, g []float32)) {
	t.Helper()
	w64, w32, want := []float64{1, 1, 1}, []float32{1, 1, 1}, 1.0
	for step := 1; step <= 5; step++ {
		g := gradientOf(want)
		want = reference(step, want)
		step64(step, w64, []float64{g, g, g})
		step32(step, w32, []float32{float32(g), float32(g), float32(g)})
		for i := range w64 {
			if !same(w64[i], want, 1e-13, 0) || !same(float64(w32[i]), want, 2e-6, 0) {
				t.Fatalf("%s, step %d: float64 %v, float32 %v, want %v", what, step, w64[i], w32[i], want)
			}
		}
	}
}

func signed(g float64, maximize bool) float64 {
	if maximize {
		return -g
	}
	return g
}

func TestSGD(t *testing.T) {
	for _, a := range []SGDArgs{
		{LR: 0.1}, {LR: 0.1, WeightDecay: 0.01}, {LR: 0.1, Momentum: 0.9}, {LR: 0.1, Momentum: 0.9, Dampening: 0.3, Maximize: true},
		{LR: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 0.1},
	} {
		buf := 0.0
		buf64, buf32 := []float64{nan, nan, nan}, []float32{float32(nan), float32(nan), float32(nan)}
		follow(t, fmt.Sprintf("%+v", a), func(step int, w float64) float64 {
			g := signed(gradientOf(w), a.Maximize) + a.WeightDecay*w
			if a.Momentum != 0 {
				if buf = a.Momentum*buf + (1-a.Dampening)*g; step == 1 {
					buf = g
				}
				if a.Nesterov {
					g += a.Momentum * buf
				} else {
					g = buf
				}
			}
			return w - a.LR*g
		}, func(step int, w, g []float64) {
			a.First = step == 1
			SGD(w, g, buf64, a)
		}, func(step int, w, g []float32) {
			a.First = step == 1
			SGD(w, g, buf32, a)
		})
	}
}

func TestAdam(t *testing.T) {
	base := AdamArgs{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8}
	for i := range 8 {
		a := base
		a.Decoupled, a.AMSGrad, a.Maximize = i&1 != 0, i&2 != 0, i&4 != 0
		a.WeightDecay = 0.1 * float64(i%3)
		var m, v, vmax float64
		s64, s32 := [3][]float64{}, [3][]float32{}
		for j := range s64 {
			s64[j], s32[j] = make([]float64, 3), make([]float32, 3)
		}
		follow(t, fmt.Sprintf("%+v", a), func(step int, w float64) float64 {
			g := signed(gradientOf(w), a.Maximize)
			if a.Decoupled {
				w *= 1 - a.LR*a.WeightDecay
			} else {
				g += a.WeightDecay * w
			}
			m = a.Beta1*m + (1-a.Beta1)*g
			v = a.Beta2*v + (1-a.Beta2)*g*g
			d := v
			if a.AMSGrad {
				vmax = max(vmax, v)
				d = vmax
			}
			bias1, bias2 := 1-math.Pow(a.Beta1, float64(step)), 1-math.Pow(a.Beta2, float64(step))
			return w - a.LR/bias1*m/(math.Sqrt(d)/math.Sqrt(bias2)+a.Eps)
		}, func(step int, w, g []float64) {
			a.Step = step
			Adam(w, g, s64[0], s64[1], s64[2], a)
		}, func(step int, w, g []float32) {
			a.Step = step
			Adam(w, g, s32[0], s32[1], s32[2], a)
		})
	}
	x := make([]float32, 8)
	checkAllocations(t, "Adam", func() { Adam(x, x, x, x, nil, base) })
}

func TestRMSprop(t *testing.T) {
	for i := range 8 {
		a := RMSpropArgs{LR: 0.01, Alpha: 0.9, Eps: 1e-8, Centered: i&1 != 0, Maximize: i&4 != 0, WeightDecay: 0.1 * float64(i%3)}
		if i&2 != 0 {
			a.Momentum = 0.9
		}
		var sq, avg, buf float64
		s64, s32 := [3][]float64{}, [3][]float32{}
		for j := range s64 {
			s64[j], s32[j] = make([]float64, 3), make([]float32, 3)
		}
		follow(t, fmt.Sprintf("%+v", a), func(_ int, w float64) float64 {
			g := signed(gradientOf(w), a.Maximize) + a.WeightDecay*w
			sq = a.Alpha*sq + (1-a.Alpha)*g*g
			d := sq
			if a.Centered {
				avg += (1 - a.Alpha) * (g - avg)
				d -= avg * avg
			}
			g /= math.Sqrt(d) + a.Eps
			buf = a.Momentum*buf + g
			return w - a.LR*buf
		}, func(_ int, w, g []float64) { RMSprop(w, g, s64[0], s64[1], s64[2], a) },
			func(_ int, w, g []float32) { RMSprop(w, g, s32[0], s32[1], s32[2], a) })
	}
}

func TestAdagrad(t *testing.T) {
	for _, a := range []AdagradArgs{{LR: 0.1, Eps: 1e-10}, {LR: 0.1, Eps: 1e-10, LRDecay: 0.2, WeightDecay: 0.1, Maximize: true}} {
		sum := 0.0
		s64, s32 := make([]float64, 3), make([]float32, 3)
		follow(t, fmt.Sprintf("%+v", a), func(step int, w float64) float64 {
			g := signed(gradientOf(w), a.Maximize) + a.WeightDecay*w
			sum += g * g
			return w - a.LR/(1+float64(step-1)*a.LRDecay)*g/(math.Sqrt(sum)+a.Eps)
		}, func(step int, w, g []float64) {
			a.Step = step
			Adagrad(w, g, s64, a)
		}, func(step int, w, g []float32) {
			a.Step = step
			Adagrad(w, g, s32, a)
		})
	}
}

func TestAdadelta(t *testing.T) {
	for _, a := range []AdadeltaArgs{{LR: 1, Rho: 0.9, Eps: 1e-6}, {LR: 0.5, Rho: 0.8, Eps: 1e-6, WeightDecay: 0.1, Maximize: true}} {
		var sq, acc float64
		s64, s32 := [2][]float64{make([]float64, 3), make([]float64, 3)}, [2][]float32{make([]float32, 3), make([]float32, 3)}
		follow(t, fmt.Sprintf("%+v", a), func(_ int, w float64) float64 {
			g := signed(gradientOf(w), a.Maximize) + a.WeightDecay*w
			sq = a.Rho*sq + (1-a.Rho)*g*g
			delta := math.Sqrt(acc+a.Eps) / math.Sqrt(sq+a.Eps) * g
			acc = a.Rho*acc + (1-a.Rho)*delta*delta
			return w - a.LR*delta
		}, func(_ int, w, g []float64) { Adadelta(w, g, s64[0], s64[1], a) },
			func(_ int, w, g []float32) { Adadelta(w, g, s32[0], s32[1], a) })
	}
}

func TestOptimizerStateIsFlushed(t *testing.T) {
	w, g, buf := []float32{1}, []float32{0}, []float32{1.3e-38}
	SGD(w, g, buf, SGDArgs{LR: 0.1, Momentum: 0.5})
	if buf[0] != 0 {
		t.Errorf("momentum decayed to %v, not to zero", buf[0])
	}
	m, v := []float32{-1.3e-38}, []float32{1.201e-38}
	Adam(w, g, m, v, nil, AdamArgs{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 3})
	if m[0] != 0 || v[0] != 0 {
		t.Errorf("Adam's state decayed to %v, %v, not to zero", m[0], v[0])
	}
}

func BenchmarkOptimizers(b *testing.B) {
	const n = 4096
	var x [5][]float32
	for k := range x {
		x[k] = random[float32](n, uint64(k))
		for i, v := range x[k] {
			x[k][i] = v * v
		}
	}
	before := cpu.Path()
	b.Cleanup(func() { cpu.Force(before) })
	for _, path := range cpu.Available() {
		if err := cpu.Force(path); err != nil {
			b.Fatal(err)
		}
		run := func(name string, f func()) {
			b.Run(path+"/"+name, func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
		run("SGD", func() { SGD(x[0], x[1], x[2], SGDArgs{LR: 1e-3, Momentum: 0.9}) })
		adam := AdamArgs{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Step: 10}
		run("Adam", func() { Adam(x[0], x[1], x[2], x[3], nil, adam) })
		adam.AMSGrad = true
		run("AMSGrad", func() { Adam(x[0], x[1], x[2], x[3], x[4], adam) })
		run("RMSprop", func() { RMSprop(x[0], x[1], x[3], nil, nil, RMSpropArgs{LR: 1e-3, Alpha: 0.99, Eps: 1e-8}) })
		run("Adagrad", func() { Adagrad(x[0], x[1], x[3], AdagradArgs{LR: 1e-3, Eps: 1e-10, Step: 10}) })
		run("Adadelta", func() { Adadelta(x[0], x[1], x[3], x[4], AdadeltaArgs{LR: 1, Rho: 0.9, Eps: 1e-6}) })
	}
}
