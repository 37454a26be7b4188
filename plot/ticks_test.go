package plot

import (
	"math"
	"slices"
	"testing"

	gonum "gonum.org/v1/plot"
)

func TestTicks(t *testing.T) {
	labels := func(ticks []gonum.Tick) []string {
		var texts []string
		for _, tick := range ticks {
			if tick.Label != "" {
				texts = append(texts, tick.Label)
			}
		}
		return texts
	}
	for _, c := range []struct {
		low, high float64
		log       bool
		want      []string
	}{
		{0, 1, false, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{0.15, 2.3, false, []string{"0.5", "1.0", "1.5", "2.0"}},
		{1, 5, false, []string{"1", "2", "3", "4", "5"}},
		{-2.6, 0.4, false, []string{"-2.5", "-2.0", "-1.5", "-1.0", "-0.5", "0.0"}},
		{1, 50000, false, []string{"10000", "20000", "30000", "40000", "50000"}},
		{0, 1e-6, false, []string{"0", "2e-07", "4e-07", "6e-07", "8e-07", "1e-06"}},
		{1, 1000, true, []string{"1", "10", "100", "1e+03"}},
		{0.2, 3, true, []string{"0.2", "0.5", "1", "2"}},
		{0.031, 0.09, true, []string{"0.04", "0.05", "0.06", "0.07", "0.08", "0.09"}},
		{1e-12, 1, true, []string{"1e-12", "1e-10", "1e-08", "1e-06", "0.0001", "0.01", "1"}},
	} {
		ticks := linearTicks{}.Ticks(c.low, c.high)
		if c.log {
			ticks = logTicks{}.Ticks(math.Log10(c.low), math.Log10(c.high))
		}
		if got := labels(ticks); !slices.Equal(got, c.want) {
			t.Errorf("from %v to %v, logarithmic: %t: %q, want %q", c.low, c.high, c.log, got, c.want)
		}
	}
}
