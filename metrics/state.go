package metrics

import (
	"fmt"
	"math"
)

// exact is the greatest count that a float64 holds together with all below it.
const exact = 1 << 53

// counts reads whole numbers out of a state, of which there must be so many.
func counts(metric string, state []float64, want int) ([]int64, error) {
	if len(state) != want {
		return nil, fmt.Errorf("metrics: the state of %s has %d numbers, expected %d: it is of another metric or of other options", metric, len(state), want)
	}
	out := make([]int64, len(state))
	for i, v := range state {
		if !(v >= 0 && v <= exact) || v != math.Trunc(v) {
			return nil, fmt.Errorf("metrics: number %d of the state of %s is %v, expected a count", i, metric, v)
		}
		out[i] = int64(v)
	}
	return out, nil
}
