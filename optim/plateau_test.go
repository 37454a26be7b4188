package optim_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/optim"
)

type plateauGolden struct {
	Metrics []number
	Cases   []struct {
		Options optim.ReduceOnPlateauOptions
		Rates   []float64
	}
}

func TestReduceOnPlateau(t *testing.T) {
	g := golden[plateauGolden](t, "plateau.json")
	for _, c := range g.Cases {
		r := optim.NewReduceOnPlateau(0.1, c.Options)
		for i, m := range g.Metrics {
			if i == 50 { // a checkpoint on the way changes nothing
				restored := optim.NewReduceOnPlateau(7, c.Options)
				if err := restored.LoadState(r.State()); err != nil {
					t.Fatal(err)
				}
				r = restored
			}
			r.Report(float64(m))
			if got := r.At(i); !(math.Abs(got-c.Rates[i]) <= 1e-6*c.Rates[i]) {
				t.Errorf("%+v after report %d: %v, PyTorch has %v", c.Options, i, got, c.Rates[i])
				break
			}
		}
		if !(r.At(0) < 0.1) {
			t.Errorf("%+v: the rate never fell", c.Options)
		}
	}
}

func TestReduceOnPlateauState(t *testing.T) {
	o := optim.DefaultReduceOnPlateau()
	r := optim.NewReduceOnPlateau(0.5, o)
	if got, want := r.State(), []float64{0.5, math.Inf(1), 0, 0}; !slices.Equal(got, want) {
		t.Errorf("state at the start: %v, want %v", got, want)
	}
	r.Report(2)
	before := r.State()
	for _, bad := range [][]float64{nil, {1, 2, 3}, {-1, 0, 0, 0}, {1, math.NaN(), 0, 0}, {1, 1, 0.5, 0}, {1, 1, 0, -1}, {math.Inf(1), 1, 0, 0}, {1, 1, math.NaN(), 0}} {
		err := r.LoadState(bad)
		if err == nil || !strings.Contains(err.Error(), "ReduceOnPlateau") {
			t.Errorf("LoadState(%v) = %v", bad, err)
		}
	}
	if !slices.Equal(r.State(), before) {
		t.Errorf("a refused state changed it: %v, before %v", r.State(), before)
	}
	if r.Options() != o {
		t.Errorf("Options() = %+v, want %+v", r.Options(), o)
	}
}

func TestReduceOnPlateauMisuse(t *testing.T) {
	with := func(f func(o *optim.ReduceOnPlateauOptions)) optim.ReduceOnPlateauOptions {
		o := optim.DefaultReduceOnPlateau()
		f(&o)
		return o
	}
	for want, o := range map[string]optim.ReduceOnPlateauOptions{
		"Factor is 0; a number between 0 and 1 is wanted; optim.DefaultReduceOnPlateau()": {},
		"Factor is 1":          with(func(o *optim.ReduceOnPlateauOptions) { o.Factor = 1 }),
		`Mode is "up"`:         with(func(o *optim.ReduceOnPlateauOptions) { o.Mode = "up" }),
		`ThresholdMode is "x"`: with(func(o *optim.ReduceOnPlateauOptions) { o.ThresholdMode = "x" }),
		"Patience is -1":       with(func(o *optim.ReduceOnPlateauOptions) { o.Patience = -1 }),
		"Cooldown is -1":       with(func(o *optim.ReduceOnPlateauOptions) { o.Cooldown = -1 }),
		"Threshold is NaN":     with(func(o *optim.ReduceOnPlateauOptions) { o.Threshold = math.NaN() }),
	} {
		wantMisuse(t, want, func() { optim.NewReduceOnPlateau(0.1, o) })
	}
	wantMisuse(t, "the learning rate is 0", func() { optim.NewReduceOnPlateau(0, optim.DefaultReduceOnPlateau()) })
	var _ optim.Reporter = optim.NewReduceOnPlateau(1, optim.ReduceOnPlateauOptions{Factor: 0.5}) // empty modes have a meaning
}
